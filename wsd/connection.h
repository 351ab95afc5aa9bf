// wsd/connection.h — A session on a libwebsockets connection.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/event/loop.h"
#include "wsd/message.h"
#include "wsd/client_session.h"
#include "wsd/socket.h"

struct lws;

namespace billet::wsd {

class Server;

// Made when the handshake is done, destroyed by libwebsockets' last callback for the connection;
// server.cpp owns it.
class Connection : public Socket {
public:
    // All but the address must outlive it.
    Connection(event::Loop* loop, Server& server, Services& services, ConnectionId id, struct lws* wsi,
               std::string_view address);
    // Writes the log line of the connection.
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // From libwebsockets' callbacks.
    void on_receive(std::string_view piece);
    // 0, or -1: the connection is to be closed, which the callback must return.
    int on_writable();
    // Ends it at once to make room for another: a close frame with 4408, whose answer nobody waits
    // for. May destroy it.
    void give_way();
    // The peer has closed; `code` as it said, 1005 without one.
    void on_peer_close(std::uint16_t code);

    void fetch() const override;
    bool is_writable() override;
    void write(const Frame& frame) override;
    void want_writable() override;
    void pause_reading(bool paused) override;
    void wake_at(SteadyTime time) override;
    void on_standing(Standing standing) override;
    void cut() override { cut_ = true; }

private:
    void on_timer();
    void take_message(std::string_view text);
    void look_at_parts();
    int close_if_ready();
    void write_close_frame();
    void leave_to_library();
    void end();

    const Services& services() const { return session_.services(); }

    // What every write touches stands together, behind the table of virtual functions.
    struct lws* const wsi_;
    Server& server_;
    bool in_writable_ = false;  // inside libwebsockets' WRITEABLE callback
    // The close frame has been given to libwebsockets, or come from the peer.
    bool closed_ = false;
    bool cut_ = false;
    Standing standing_ = Standing::kSilent;
    std::uint16_t peer_code_ = 0;
    const SteadyTime opened_at_;
    Message message_;
    event::Timer<Connection, &Connection::on_timer> timer_;
    ClientSession session_;
};

}  // namespace billet::wsd
