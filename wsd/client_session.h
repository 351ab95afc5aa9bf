// wsd/client_session.h — One client, from its first frame to its close code: who of its parts goes
// on when. Knows frames and the log, and nothing of sockets.
//
// A session has one request at the api at a time (relay_slot.h). Hellos, commands and reads of the
// log take turns, so commands are carried out in the order in which they came, and no read of the
// log overlaps a send. That is what makes the order of acks and events provable:
//   - an event leaves only as last + 1 (event_sequencer.h), whether a notice, the log or an ack
//     brings it;
//   - a notice that the request under way has caused waits for the reply: the ack takes its place,
//     or goes before it;
//   - anything missing is read from the log, at the reader's pace.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "lib/wire/frames.h"
#include "wsd/catch_up.h"
#include "wsd/client.h"
#include "wsd/commands.h"
#include "wsd/events.h"
#include "wsd/login.h"
#include "wsd/membership.h"
#include "wsd/receiver.h"
#include "wsd/relay_slot.h"
#include "wsd/services.h"
#include "wsd/socket.h"
#include "wsd/token_life.h"

namespace billet::wsd {

class ClientSession final : public Receiver {
public:
    // All must outlive the session. `address`: the client's, for the api's limits.
    ClientSession(ConnectionId id, Socket& socket, Services& services, std::string_view address);
    // Leaves the hub. Replies that come later find nobody.
    ~ClientSession() override;

    // From the socket. None of them destroys the session.
    void on_text(std::string_view text);
    void on_writable();
    void on_timer();

    // From the hub.
    bool on_delivery(const Delivery& delivery) override;
    void on_subscribed() override;
    void on_compared(std::string_view epoch, const wire::HeadLine& line) override;
    void fetch_socket() const override { client_.socket().fetch(); }

    // What waits is sent first where it can be at once, then a close frame. The first call decides.
    void close(CloseCode code);
    // True once everything is sent and the socket may send the close frame.
    bool is_ready_to_close() const { return is_closing() && client_.outbox().empty(); }
    bool is_closing() const { return client_.is_closing(); }
    CloseCode close_code() const { return client_.close_code(); }
    // The socket takes no more frames: the user's other connections need not wait until it has
    // ended. Not from within a hub's visit.
    void retire();

    ConnectionId id() const { return client_.id(); }
    Services& services() const { return client_.services(); }
    // The user and session that the api has confirmed; 0 and empty before.
    UserId user() const { return session_id().empty() ? UserId{} : place_.user(); }
    std::string_view session_id() const { return client_.session_id(); }
    std::string_view address() const { return client_.address(); }
    // Deliveries of a user come here.
    bool is_joined() const { return place_.is_joined(); }
    std::uint64_t frames_in() const { return frames_in_; }
    std::uint64_t frames_out() const { return client_.frames_out(); }

private:
    // Frames.
    void refuse_frame(const wire::FrameError& refused);
    void take_frame(wire::ClientFrame frame);
    void begin_login(std::optional<std::string> id, wire::HelloFrame frame);
    void queue_command(wire::ClientFrame frame);

    // Turns: whatever may have become possible is done.
    void pump();
    void run_next();
    void run_login();
    void run_command();
    void read_log();
    void ask(RelayRequest request, RelaySlot::Then then);
    void on_reply(RelayReply reply);

    // Log-in and the token.
    void go_on(Login::Next next);
    void count_in();
    void welcome();
    void refuse_login();
    void take_identity(const wire::Identity& identity, std::string_view token);
    void on_refreshed(const Command& command, const RelayReply& reply);
    void park(std::string_view reason, const std::optional<std::string>& id);
    void end_as(const Ending& ending);

    // Events.
    bool is_idle() const;
    void on_head(Cursor head, chat::SessionState state);

    Membership membership() { return {services().hub, *this, place_}; }
    Commands commands() { return {client_, events_}; }

    // What every delivery touches begins at the end of Client, and ends with CatchUp (receiver.h).
    Client client_;
    Events events_;
    RelaySlot slot_;
    CatchUp catch_up_;
    Place place_;
    std::unique_ptr<Login> login_;           // while joining
    std::unique_ptr<BadFrames> bad_frames_;  // once there was one
    FrameLimiter frame_limiter_;
    std::uint64_t frames_in_ = 0;
    [[no_unique_address]] TokenLife token_life_;
    bool is_commands_turn_ = false;  // a page has just been read
};

}  // namespace billet::wsd
