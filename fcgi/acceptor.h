// fcgi/acceptor.h — A thread that accepts from one listening socket, and does nothing else.
//
// Whether accept() blocks is a flag of the listener's open file description. Where several
// processes share the listener, any of them, and the service manager at each start of one, can
// change it under the others. So nobody else's work may stand behind this wait: the thread is made
// for it, is content with either state of the flag, and is called back by a signal of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "fcgi/listen.h"

namespace billet::fcgi {

// The signal that calls an acceptor back. Every other thread of a daemon should have it blocked.
int acceptor_signal();

class Acceptor {
public:
    // Both are called in the acceptor's thread. `wait_for_room` blocks while no connection may be
    // taken; false: the acceptor ends.
    using WaitForRoom = std::function<bool()>;
    using Accepted = std::function<void(int fd)>;

    // Takes over the descriptor. Starts at once.
    Acceptor(Listener listener, WaitForRoom wait_for_room, Accepted accepted);
    // After stop().
    ~Acceptor();
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;

    // Returns when the thread has ended, which it does once `wait_for_room` says false or no longer
    // blocks. Connections that wait in a socket of our own would be lost with it: they are
    // accepted, in the calling thread. Of a shared one other processes take them.
    void stop();

private:
    Listener listener_;
    WaitForRoom wait_for_room_;
    Accepted accepted_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable ended_changed_;
    bool ended_ = false;
    std::thread thread_;

    void run();
    void accept_one();
    void call_back();
    void accept_the_rest();
};

}  // namespace billet::fcgi
