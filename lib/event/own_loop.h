// lib/event/own_loop.h — A loop beside the process's default one, for a thread of its own.
#pragma once

#include <new>

#include "lib/event/loop.h"

namespace billet::event {

// Watchers on it must be gone before it.
class OwnLoop {
public:
    OwnLoop() : loop_(ev_loop_new(EVFLAG_AUTO)) {
        if (loop_ == nullptr) throw std::bad_alloc();
        ev_async_init(&stop_, [](Loop* loop, ev_async*, int) { ev_break(loop, EVBREAK_ALL); });
        ev_async_start(loop_, &stop_);
    }
    ~OwnLoop() {
        ev_async_stop(loop_, &stop_);
        ev_loop_destroy(loop_);
    }
    OwnLoop(const OwnLoop&) = delete;
    OwnLoop& operator=(const OwnLoop&) = delete;

    Loop* get() const { return loop_; }
    // Until stop(), also one that came before.
    void run() { ev_run(loop_, 0); }
    // From any thread.
    void stop() { ev_async_send(loop_, &stop_); }

private:
    Loop* loop_;
    ev_async stop_{};
};

}  // namespace billet::event
