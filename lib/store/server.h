// lib/store/server.h — What the connections of one process have found out about their server together.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

#include "lib/base/result.h"

namespace billet::store {

// Thread-safe.
class Server {
public:
    using Clock = std::chrono::steady_clock;

    // A connection met a server that takes no writes: it may have been demoted, and another one may do the work now. Every connection
    // opened up to now is closed before its next use; once a second at most, so that a server that stays like that is not stormed.
    void distrust();
    bool trusts(Clock::time_point opened) const { return opened.time_since_epoch().count() >= trusted_from_; }

    // Some work failed although the server may be reached: the next answer about writing must be proved by writing.
    void doubt() { in_doubt_ = true; }

    // `ask(in_doubt)` finds out whether the server can be written. Its answer is remembered for a second, and one thread asks at a
    // time: the others get the answer before that one, so that a server that hangs costs one thread and not all.
    Result<void> writable(const std::function<Result<void>(bool in_doubt)>& ask);

private:
    std::atomic<Clock::rep> trusted_from_{0};
    std::atomic<bool> in_doubt_{false};
    std::mutex asking_;
    std::mutex answer_mutex_;  // of the two below
    Result<void> answer_;
    Clock::time_point answered_{};
};

}  // namespace billet::store
