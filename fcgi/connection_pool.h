// fcgi/connection_pool.h — The FastCGI connections that peers keep open: one thread watches them
// all, workers get the readable ones.
//
// A connection is either idle (here, in epoll) or with one worker, or its request waits for a
// password hash (parked). Peers that keep connections open therefore cost no thread. Each listener
// has a thread of its own that accepts.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "fcgi/acceptor.h"
#include "fcgi/listen.h"

namespace billet {
struct ApiConfig;
}

namespace billet::fcgi {

class ConnectionPool {
public:
    struct Connection;

    // A connection on which the peer has begun a request. The worker gives it back by keep(),
    // close() or forget().
    struct Readable {
        Connection* connection = nullptr;
        int fd = -1;
        Peer peer = Peer::kNginx;
    };

    // Takes over the listeners. `config` must outlive the object.
    ConnectionPool(const std::vector<Listener>& listeners, const ApiConfig& config);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    // The watching thread: watches until drained. Returns when no connection is left, or drain_s
    // after drain().
    void run();

    // From any thread: accept no more, answer what has been asked, close every connection.
    void drain();

    // Every connection is to end with its next reply.
    bool draining() const { return drain_asked_; }

    // For workers. Blocks; nullopt once run() has returned and nothing is left.
    std::optional<Readable> take();
    // The connection's request will wait: until it is given back, it does not count for
    // connections_max.
    void park(Connection* connection);
    // The connection waits for its next request; while draining it is closed unless one is there
    // already.
    void keep(Connection* connection);
    void close(Connection* connection);
    // The descriptor has been closed by the worker.
    void forget(Connection* connection);

    // True when run() ended with every request answered.
    bool drained() const { return drained_; }

private:
    using Clock = std::chrono::steady_clock;

    bool wait_for_room(Peer peer);
    void accepted(int fd, Peer peer);
    void on_readable(Connection* connection);
    void hand_out(Connection* connection);
    void retire(Connection* connection);
    void remove(Connection* connection);
    std::size_t& open_of(Peer peer) { return peer == Peer::kWsd ? open_for_wsd_ : open_for_nginx_; }
    void start_draining();
    void retire_idle();
    int wait_timeout_ms() const;
    bool finished() const;

    const ApiConfig& config_;
    int epoll_fd_ = -1;
    int wake_fd_ = -1;
    std::atomic<bool> drain_asked_{false};
    bool drained_ = false;
    Clock::time_point drain_deadline_;  // of the watching thread
    Clock::time_point idle_until_;      // of the watching thread: then draining closes what is idle

    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable readable_;
    // At most one entry per connection, so connections_max bounds it.
    std::deque<Connection*> queue_;
    std::unordered_map<Connection*, std::unique_ptr<Connection>> all_;
    std::size_t open_for_nginx_ = 0;  // but for the parked ones
    std::size_t open_for_wsd_ = 0;
    std::condition_variable room_;
    bool draining_ = false;
    bool closed_ = false;

    std::vector<std::unique_ptr<Acceptor>>
        acceptors_;  // of the watching thread; the last member: their threads use all others
};

}  // namespace billet::fcgi
