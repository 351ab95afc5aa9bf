// fcgi/hash_queue.h — Requests that will hash a password wait here, and hold no worker: whoever
// only reads or writes does not stand behind them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "fcgi/pending_request.h"

namespace billet {
struct ApiConfig;
}

namespace billet::fcgi {

// Thread-safe.
class HashQueue {
public:
    // `config` must outlive the object.
    explicit HashQueue(const ApiConfig& config) : config_(config) {}

    // Takes the pending over; not when password_hashes_queued wait already or the queue is closed:
    // then the caller still has it.
    bool offer(std::unique_ptr<PendingRequest>& pending);

    struct Turn {
        std::unique_ptr<PendingRequest> pending;  // nullptr: the queue is closed and empty
        bool too_late =
            // It has waited for longer than password_wait_ms, or the queue is closed: no hash any
            // more.
            false;
    };
    // Blocks until there is one, the one that has waited longest.
    Turn take();

    // Takes no more, and nobody who waits is hashed for.
    void close();

private:
    const ApiConfig& config_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<PendingRequest>> waiting_;
    bool closed_ = false;
};

}  // namespace billet::fcgi
