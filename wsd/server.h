// wsd/server.h — The listening socket and libwebsockets behind it.
#pragma once

#include <memory>
#include <string>

#include "lib/base/result.h"
#include "wsd/loop.h"
#include "wsd/services.h"
#include "wsd/unix_socket.h"

struct lws;
struct lws_context;
struct lws_vhost;

namespace billet::wsd {

// Takes WebSocket handshakes from the proxy on [wsd] listen, and hangs up on anything else. Accepts by itself instead of leaving that to
// libwebsockets, which spins when no descriptor is left: beyond connections_max clients wait in the backlog.
class Server {
public:
    // kUnavailable when it cannot listen. The files limit of the process must be set before. All arguments must outlive the server.
    static Result<std::unique_ptr<Server>> create(Loop* loop, Services& services, std::size_t connections_max);
    // Ends all connections without a close frame.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // For good: closes the listening socket and takes its name away.
    void stop_listening();
    // Descriptors in use by clients, handshakes included.
    std::size_t open() const { return open_; }

    // libwebsockets' one callback; `user` is the memory of the connection, one pointer.
    int on_callback(struct lws* wsi, int reason, void* user, void* in, std::size_t length);

private:
    Server(Loop* loop, Services& services, std::size_t connections_max);

    Result<void> start();
    void on_acceptable(int);
    void on_accept_again();
    void watch_listener();
    bool is_origin_allowed(struct lws* wsi) const;
    int check_handshake(struct lws* wsi) const;
    void open_connection(struct lws* wsi, void* user);

    Loop* loop_;
    Services& services_;
    const std::size_t connections_max_;
    std::size_t open_ = 0;
    ConnectionId last_id_ = 0;
    Descriptor listener_;
    Io<Server, &Server::on_acceptable> accept_io_;
    Timer<Server, &Server::on_accept_again> accept_timer_;
    struct lws_context* context_ = nullptr;
    struct lws_vhost* vhost_ = nullptr;
};

}  // namespace billet::wsd
