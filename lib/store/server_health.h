// lib/store/server_health.h — What the connections of one process have found out about their server
// together.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

#include "lib/base/result.h"

namespace billet::store {

// Thread-safe.
class ServerHealth {
public:
    using Clock = std::chrono::steady_clock;

    // For so long one write tells that there is room for others. A full disk stops commits, in
    // whatever process, and nothing else: reads and statements that change no row go on.
    static constexpr Clock::duration kProofLife = std::chrono::seconds{5};

    explicit ServerHealth(Clock::duration proof_life = kProofLife) : proof_life_(proof_life) {}

    // A connection met a server that takes no writes: it may have been demoted, and another one may
    // do the work now. Every connection opened up to now is closed before its next use; once a
    // second at most, so that a server that stays like that is not stormed.
    void distrust();
    bool trusts(Clock::time_point opened) const { return opened.time_since_epoch().count() >= trusted_from_; }

    // Some work failed although the server may be reached: the next answer about writing must be
    // proved by writing.
    void doubt() { in_doubt_ = true; }

    // Some work failed and no proof has come since, or the last one failed: whoever is about to
    // write should ask writable() first, which costs one thread at a time a wait, and not each of
    // them. Or writes that hang would hold all workers, and reads would find none.
    bool is_suspect();

    // `ask(thoroughly)` finds out whether the server can be written; thoroughly, in doubt or when
    // the last proof is old, is by writing. Its answer is remembered for a second, and one thread
    // asks at a time: the others get the answer before that one, so that a server that hangs costs
    // one thread and not all.
    Result<void> writable(const std::function<Result<void>(bool thoroughly)>& ask);

private:
    // By the thread that asks.
    bool takes_proof(Clock::time_point time);

    const Clock::duration proof_life_;
    std::atomic<Clock::rep> trusted_from_{0};
    std::atomic<bool> in_doubt_{false};
    std::mutex asking_;
    Clock::time_point proved_{};  // of asking_
    std::mutex answer_mutex_;     // of the two below
    Result<void> answer_;
    Clock::time_point answered_{};
};

}  // namespace billet::store
