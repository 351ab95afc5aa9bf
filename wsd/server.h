// wsd/server.h — The listening socket and libwebsockets behind it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/base/descriptor.h"
#include "lib/base/result.h"
#include "lib/event/loop.h"
#include "wsd/services.h"
#include "wsd/socket.h"

struct lws;
struct lws_context;
struct lws_vhost;

namespace billet::wsd {

class Connection;

// Takes WebSocket handshakes from the proxy on [wsd] listen, and hangs up on anything else. Accepts
// by itself instead of leaving that to libwebsockets, which spins when no descriptor is left:
// beyond connections_max clients wait in the backlog.
//
// At most a tenth of the places are for clients that are not known yet. When these are full, or all
// places are, the oldest silent one makes way for the next client (4408). While most of the tenth
// are waiting for the api's answer to their hello, nobody is sent away for others who would only
// wait as well:
// these wait in the backlog.
class Server {
public:
    // kUnavailable when it cannot listen. The files limit of the process must be set before. All
    // arguments must outlive the server.
    static Result<std::unique_ptr<Server>> create(event::Loop* loop, Services& services, std::size_t connections_max);
    // Ends all connections without a close frame.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // For good: closes the listening socket and takes its name away.
    void stop_listening();
    // Descriptors in use by clients, handshakes included.
    std::size_t open() const { return open_; }

    // From connections, when their client's standing has changed, and at their end.
    void on_standing(Connection& connection, ConnectionId id, Standing before, Standing after);
    void on_gone(ConnectionId id, Standing standing);

    // libwebsockets' one callback; `user` is the Connection, or null.
    int on_callback(struct lws* wsi, int reason, void* user, void* in, std::size_t length);

private:
    Server(event::Loop* loop, Services& services, std::size_t connections_max);

    Result<void> start();
    void on_acceptable(int);
    void on_accept_again();
    void watch_listener();
    bool is_full() const { return open_ >= connections_max_; }
    bool is_opening_full() const { return open_ - known_ >= opening_max_; }
    bool may_displace() const;
    bool has_place() const { return (!is_full() && !is_opening_full()) || may_displace(); }
    void make_place();
    bool is_origin_allowed(struct lws* wsi) const;
    int check_handshake(struct lws* wsi) const;
    void open_connection(struct lws* wsi);

    event::Loop* loop_;
    Services& services_;
    const std::size_t connections_max_;
    const std::size_t opening_max_;
    std::size_t open_ = 0;
    std::size_t known_ = 0;                       // of them, clients that the api has confirmed
    std::map<ConnectionId, Connection*> silent_;  // and those that have said no hello, oldest first
    ConnectionId last_id_ = 0;
    Descriptor listener_;
    event::Io<Server, &Server::on_acceptable> accept_io_;
    event::Timer<Server, &Server::on_accept_again> accept_timer_;
    struct lws_context* context_ = nullptr;
    struct lws_vhost* vhost_ = nullptr;
};

}  // namespace billet::wsd
