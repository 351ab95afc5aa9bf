// fcgi/write_lane.h — Where writes wait for their turn: those that arrive while a transaction is on
// its way go together into the next one. They hold no thread meanwhile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "fcgi/pending_request.h"
#include "fcgi/pipeline.h"

namespace billet {
struct ApiConfig;
}

namespace billet::fcgi {

struct WaitingWrite {
    std::unique_ptr<PendingRequest> pending;
    std::unique_ptr<PreparedWrite> prepared;

    chat::Write& write() const { return prepared->call->write(); }
};

// Thread-safe. First come, first served: nobody waits for more than the writes that came before.
class WriteLane {
public:
    // `config` must outlive the object.
    explicit WriteLane(const ApiConfig& config) : config_(config) {}

    // Takes the write over; not when writes_queued wait already: then the caller still has it.
    bool offer(WaitingWrite& write);

    // The next to share a transaction, at most writes_together_max. None while another thread has
    // the turn, or when nothing waits. Whoever gets some has the turn until release().
    std::vector<WaitingWrite> take_turn();
    void release();

    // Others hold the locks of this write's room, for longer than a moment. It waits for them
    // apart, in nobody's way, and so do those of the same room that come after it.
    void postpone(WaitingWrite write);
    // Blocks until there are some: all of one room, until done_with() for nobody else. None: the
    // lane is closed.
    std::vector<WaitingWrite> take_postponed();
    void done_with(RoomId room);

    void close();

private:
    const ApiConfig& config_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<WaitingWrite> waiting_;
    // Together with waiting_ at most writes_queued, and those of a turn.
    std::deque<WaitingWrite> postponed_;
    std::set<RoomId> taken_rooms_;
    bool has_leader_ = false;
    bool closed_ = false;

    bool find_postponed(RoomId& room) const;
    bool waits_apart(RoomId room) const;
    void postpone_first();
};

}  // namespace billet::fcgi
