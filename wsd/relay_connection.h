// wsd/relay_connection.h — One kept FastCGI connection to the api: one request at a time, never
// blocking.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/descriptor.h"
#include "lib/fastcgi/reply.h"
#include "wsd/limiter.h"
#include "lib/event/loop.h"

namespace billet::wsd {

class RelayConnection {
public:
    enum class End {
        kReply,   // take_reply() is whole
        kBroken,  // the api hung up or wrote nonsense
        // A kept connection that has ended before a byte of the reply: most likely the api had left
        // it, and has not seen the request.
        kStale,
        kTimedOut,
    };
    // Called once per request, from the loop. The connection is free then.
    using OnEnd = std::function<void(End end)>;

    // `sockets` (not empty) must outlive the connection. `home`: which of them it prefers, so that
    // many connections spread.
    RelayConnection(event::Loop* loop, const std::vector<std::string>& sockets, std::size_t home, OnEnd on_end);

    bool is_busy() const { return busy_; }
    // Begins a request. False, and nothing else happens, when no socket of the list takes a
    // connection.
    bool send(std::string bytes, std::chrono::nanoseconds timeout);
    // After kReply, once.
    fastcgi::ReplyReader take_reply() { return std::exchange(reply_, fastcgi::ReplyReader{}); }

private:
    bool connect();
    void disconnect();
    void go_home_at_times();
    void on_io(int events);
    void on_timeout();
    bool write_some();
    void read_some();
    void end_broken();
    void end(End end);

    const std::vector<std::string>& sockets_;
    const std::size_t home_;
    std::size_t at_;  // the socket that is used, or tried next
    const OnEnd on_end_;
    Descriptor fd_;
    bool busy_ = false;
    unsigned served_ = 0;  // since the connection was made
    bool heard_ = false;   // something of the reply has come
    std::string out_;
    std::size_t written_ = 0;
    fastcgi::ReplyReader reply_;
    event::Io<RelayConnection, &RelayConnection::on_io> io_;
    event::Timer<RelayConnection, &RelayConnection::on_timeout> timer_;
};

}  // namespace billet::wsd
