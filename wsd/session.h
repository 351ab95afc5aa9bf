// wsd/session.h — One client: from its first frame to its close code. Knows frames and the log, and nothing of sockets.
//
// States: opening (no hello yet) → joining (hello on its way) → live → closing; from live to parked when the log cannot be continued, and
// from there by a new hello to joining.
//
// A session has one relay slot. Hellos, commands and reads of the log take it one after the other, so commands are carried out in the order in
// which they came, and no read of the log overlaps a send. That is what makes the order of acks and events provable:
//   - an event leaves only as last + 1 (feed.h), whether a notice, the log or an ack brings it;
//   - a notice that this connection's own request in flight has caused waits for the reply: the ack takes its place, or goes before it;
//   - anything missing is read from the log, at the reader's pace.
//
// session.cpp: life, writing, deadlines; session_hello.cpp: hello, tokens; session_commands.cpp: requests and their replies;
// session_log.cpp: events, order, catching up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/wire/frames.h"
#include "lib/wire/internal.h"
#include "wsd/close_codes.h"
#include "wsd/command_queue.h"
#include "wsd/feed.h"
#include "wsd/hub.h"
#include "wsd/outbox.h"
#include "wsd/receiver.h"
#include "wsd/services.h"
#include "wsd/socket.h"
#include "wsd/timers.h"

namespace billet::wsd {

class Session final : public Receiver {
public:
    // All must outlive the session. `address`: the client's, for the api's limits.
    Session(ConnectionId id, Socket& socket, Services& services, std::string address);
    // Leaves the hub. Replies that come later find nobody.
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // From the socket. None of them destroys the session.
    void on_text(std::string_view text);
    void on_writable();
    void on_timer();

    // From the hub.
    bool on_delivery(const Delivery& delivery) override;
    void on_subscribed() override;
    void on_compared(std::string_view epoch, const wire::HeadLine& line) override;
    void fetch_socket() const override { socket_.fetch(); }

    // Ends the session: what waits is sent first where that can be done at once, then a close frame with `code`. The first call decides.
    void close(CloseCode code);
    // True once everything is sent and the socket may send the close frame.
    bool is_ready_to_close() const { return state_ == State::kClosing && outbox_.empty(); }
    bool is_closing() const { return state_ == State::kClosing; }
    CloseCode close_code() const { return close_code_; }
    // The socket takes no more frames: the user's other connections need not wait until it has ended. Not from within a hub's visit.
    void retire();

    ConnectionId id() const { return id_; }
    // The user and session that the api has confirmed; 0 and empty before.
    UserId user() const { return session_id_.empty() ? UserId{} : user_; }
    const std::string& session_id() const { return session_id_; }
    // Deliveries of a user come here.
    bool is_joined() const { return joined_; }
    const std::string& address() const { return address_; }
    std::uint64_t frames_in() const { return frames_in_; }
    std::uint64_t frames_out() const { return frames_out_; }

private:
    enum class State : std::uint8_t { kOpening, kJoining, kLive, kParked, kClosing };
    enum class ReadReason : std::uint8_t { kNone, kResume, kHole, kBehind, kSlowReader };

    // A hello from its frame to its welcome.
    struct Hello {
        std::optional<std::string> id;
        std::string token;
        std::optional<std::uint64_t> cursor;
        std::string epoch;
        bool subscribed_before = false;  // the bus had confirmed the channel when the api was asked
        bool in_doubt = false;           // a session of the user has been revoked while the api was asked
        std::string answer;              // the api's, while the connections are counted
    };
    // The request that has the relay slot.
    struct Running {
        RelayKind kind;
        std::uint64_t number;
        std::optional<std::string> id;
        std::string token;  // of a refresh
    };

    // Life, writing, deadlines.
    void send(const FramePtr& frame, Waits waits);
    void send_reply(std::string_view frame) { send(make_frame(frame), Waits::kReply); }
    void send_error(const std::optional<std::string>& id, const Error& error);
    void pump();
    void run_next();
    void set_timer(Due due, std::chrono::milliseconds after);
    void set_timer_at(Due due, SteadyTime at);
    void wake_at_earliest();
    void send_ping();
    void on_pong_overdue();
    void on_stall();
    std::size_t outbox_max() const;
    std::size_t page_bytes() const;
    void update_reading();
    bool may_read_on() const;
    void pause_reading(bool paused);
    void enter(State state);
    Standing standing() const;
    SteadyTime now() const { return services_.now(); }
    const LimitsConfig& limits() const { return services_.config.limits; }

    // Frames and commands.
    void take_frame(wire::ClientFrame frame);
    void refuse_frame(const wire::FrameError& refused);
    void queue_command(wire::ClientFrame frame);
    std::optional<Error> refuse_at_once(const wire::ClientFrame& frame) const;
    bool may_run_command() const;
    void run_command();
    void relay_command(const wire::SendFrame& send);
    void relay_command(const wire::ReadFrame& read);
    void relay_command(const wire::TypingFrame& typing);
    void relay_command(const wire::RefreshFrame& refresh);
    void ask(RelayRequest request);
    void on_reply(RelayReply reply);
    void on_command_reply(const Running& done, const RelayReply& reply);
    void on_send_reply(const Running& done, const RelayReply& reply);
    void on_refused(const std::optional<std::string>& id, const RelayReply& reply);
    void refuse_commands();
    RelayRequest user_request(RelayKind kind, std::string_view method, std::string path) const;
    RelayRequest internal_request(RelayKind kind, wire::InternalCall call) const;

    // Hello, tokens.
    void begin_hello(const std::optional<std::string>& id, wire::HelloFrame frame);
    void join(UserId user);
    void leave();
    void relay_hello();
    void on_hello_reply(RelayReply reply);
    void on_hello_refused(const RelayReply& reply);
    void on_counted(std::optional<std::uint64_t> total);
    void take_identity(const wire::Identity& identity);
    void confirm_user(const wire::Identity& identity);
    void welcome();
    void park(std::string_view reason, const std::optional<std::string>& id);
    void on_refresh_reply(const Running& done, const RelayReply& reply);
    void set_token_end(std::chrono::seconds ttl);
    void on_token_due();

    // Events.
    // The session does nothing else and holds nothing: an event may leave at once.
    bool is_idle() const {
        return state_ == State::kLive && running_ == nullptr && commands_ == nullptr &&
               read_reason_ == ReadReason::kNone && !outbox_full_ && own_event_ == Cursor{} &&
               waiting.outboxes < services_.config.wsd.outboxes_bytes;
    }
    void on_epoch(std::string_view epoch);
    void on_head(Cursor head, chat::SessionState state);
    void hold(Cursor cursor, const FramePtr& frame);
    bool may_send_event();
    void send_event(const FramePtr& frame);
    void deliver_ready();
    void look_for_hole();
    void want_read(ReadReason reason, std::chrono::milliseconds after);
    bool may_read() const;
    void read_log();
    void on_page_reply(const RelayReply& reply);
    void on_page_refused(const RelayReply& reply);
    // False when the page does not continue the position: the session is closing then.
    bool send_page(const wire::LogPage& page);
    void read_again_later();
    void update_behind();

    // What every delivery touches stands together at the front (receiver.h).
    Services& services_;
    Socket& socket_;
    const ConnectionId id_;
    State state_ = State::kOpening;
    ReadReason read_reason_ = ReadReason::kNone;
    std::uint8_t fruitless_reads_ = 0;  // in a row; each doubles the wait before the next
    bool joined_ = false;               // in the hub, under user_
    bool counted_in_ = false;           // user_ is confirmed by the api
    bool outbox_full_ = false;          // no events go into the outbox until it is half empty
    bool reading_paused_ = false;
    bool read_at_subscription_ = false;  // the bus had not confirmed the channel before the log was read
    bool command_next_ = false;          // a page has just been read: it is a command's turn
    bool token_warned_ = false;
    CloseCode close_code_ = CloseCode::kNone;
    Feed feed_;
    Outbox outbox_;
    Cursor own_event_;  // of the request in flight, when its notice came before its reply; 0: none
    std::unique_ptr<Running> running_;
    std::unique_ptr<CommandQueue> commands_;
    std::uint64_t frames_out_ = 0;

    UserId user_;
    std::string session_id_;
    std::string epoch_;
    std::string token_;
    std::string address_;
    std::uint32_t page_limit_;  // events to ask the log for: what the reader took of the last page, at most twice that
    std::unique_ptr<Hello> hello_;
    std::uint64_t requests_ = 0;
    std::uint64_t frames_in_ = 0;
    FrameLimiter frame_limiter_;
    BadFrames bad_frames_;
    Timers timers_;
    SteadyTime wakes_at_ = Timers::kNever;
    SteadyTime last_progress_;  // of the queue: a frame left it, or the first one entered
    SteadyTime token_end_;
};

}  // namespace billet::wsd
