// fcgi/connections.h — The kept FastCGI connections: one thread watches them all, workers get the readable ones.
//
// A connection is either idle (here, in epoll) or with one worker. Peers that keep connections open therefore cost no thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "fcgi/listen.h"
#include "lib/base/config.h"

namespace billet::fcgi {

class Connections {
public:
    struct Connection;

    // A connection on which the peer has begun a request. The worker gives it back by keep(), close() or forget().
    struct Readable {
        Connection* connection = nullptr;
        int fd = -1;
    };

    // Takes over `listener` (non-blocking). `config` must outlive the object.
    Connections(Listener listener, const ApiConfig& config);
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    // The watching thread: accepts and watches until drained. Returns when no connection is left, or drain_s after drain().
    void run();

    // From any thread: accept no more, answer what has been asked, close every connection.
    void drain();

    // Every connection is to end with its next reply.
    bool draining() const { return drain_asked_; }

    // For workers. Blocks; nullopt once run() has returned and nothing is left.
    std::optional<Readable> take();
    // The connection waits for its next request; while draining it is closed unless one is there already.
    void keep(Connection* connection);
    void close(Connection* connection);
    // The descriptor has been closed by the worker.
    void forget(Connection* connection);

    // True when run() ended with every request answered.
    bool drained() const { return drained_; }

private:
    using Clock = std::chrono::steady_clock;

    void accept_new();
    void pause_accepting(std::chrono::milliseconds time);
    void watch_listener(bool on);
    void on_readable(Connection* connection);
    void hand_out(Connection* connection);
    void retire(Connection* connection);
    void remove(Connection* connection);
    void start_draining();
    bool accept_one();
    void retire_idle();
    int wait_timeout_ms() const;
    bool finished() const;

    Listener listener_;
    const ApiConfig& config_;
    int epoll_fd_ = -1;
    int wake_fd_ = -1;
    std::atomic<bool> drain_asked_{false};
    bool drained_ = false;
    std::optional<Clock::time_point> accept_again_at_;  // of the watching thread
    Clock::time_point drain_deadline_;                  // of the watching thread
    Clock::time_point idle_until_;                      // of the watching thread: then draining closes what is idle

    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable readable_;
    std::deque<Connection*> queue_;  // at most one entry per connection, so connections_max bounds it
    std::unordered_map<Connection*, std::unique_ptr<Connection>> all_;
    bool listening_ = true;
    bool draining_ = false;
    bool closed_ = false;
};

}  // namespace billet::fcgi
