// wsd/client.h — One client as the parts of its session share it: how far it has come, what waits
// on its way in and out, when something is due.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/wire/internal.h"
#include "wsd/command_queue.h"
#include "wsd/credentials.h"
#include "wsd/outbox.h"
#include "wsd/services.h"
#include "wsd/socket.h"
#include "wsd/timers.h"

namespace billet::wsd {

class Client {
public:
    // Opening (no hello yet) → joining (hello on its way) → live → closing; from live to parked
    // when the log cannot be continued, and from there by a new hello to joining.
    enum class State : std::uint8_t { kOpening, kJoining, kLive, kParked, kClosing };

    // Socket and services must outlive it. `address`: for the api's limits.
    Client(ConnectionId id, Socket& socket, Services& services, std::string_view address);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    ConnectionId id() const { return id_; }
    Services& services() const { return services_; }
    const LimitsConfig& limits() const { return services_.config.limits; }
    SteadyTime now() const { return services_.now(); }
    Socket& socket() const { return socket_; }

    // --- How far it has come
    State state() const { return state_; }
    bool is_live() const { return state_ == State::kLive; }
    bool is_closing() const { return state_ == State::kClosing; }
    void enter(State state);
    // Only a frame to say why leaves after this, and what can leave before that at once.
    void close(CloseCode code);
    CloseCode close_code() const { return close_code_; }
    // Nothing leaves any more.
    void retire();

    // --- Who it is
    std::string_view address() const { return credentials_.address(); }
    // Empty: the api has not said so yet.
    std::string_view session_id() const { return credentials_.session_id(); }
    void set_session(std::string_view session_id, std::string_view token);
    void forget_session() { credentials_.set_session({}, {}); }
    // In the client's name.
    RelayRequest request(RelayKind kind, std::string_view method, std::string path) const;
    RelayRequest request(RelayKind kind, wire::InternalCall call) const;

    // --- Out
    void send(const FramePtr& frame, Waits waits);
    void send_reply(std::string_view frame) { send(make_frame(frame), Waits::kReply); }
    void send_error(const std::optional<std::string>& id, const Error& error);
    // As much of the outbox as the socket takes.
    void write_waiting();
    const Outbox& outbox() const { return outbox_; }
    bool takes_frame_at_once() { return outbox_.empty() && socket_.is_writable(); }
    // What may wait for it.
    std::size_t outbox_max() const;
    // Of a page of the log: what the outbox has room for. One event comes whatever its size.
    std::size_t page_bytes() const;
    std::uint64_t frames_out() const { return frames_out_; }

    // --- In: commands that wait for the one before
    const CommandQueue* commands() const { return commands_.get(); }
    void push_command(wire::ClientFrame frame);
    // There must be one.
    wire::ClientFrame pop_command();
    std::unique_ptr<CommandQueue> take_commands() { return std::move(commands_); }
    // After each change of what waits: whether frames are taken from the client.
    void update_reading();

    // --- Deadlines
    void set_timer(Due due, std::chrono::milliseconds after) { set_timer_at(due, now() + after); }
    void set_timer_at(Due due, SteadyTime at);
    void clear_timer(Due due) { timers_.clear(due); }
    bool is_timer_set(Due due) const { return timers_.is_set(due); }
    bool take_timer(Due due, SteadyTime time) { return timers_.take(due, time); }
    // The socket has woken us, and is to do so again.
    void begin_waking() { wakes_at_ = Timers::kNever; }
    void wake_at_earliest();
    // The first ping comes at any time of the interval, so that those of clients that came together
    // spread.
    void begin_pings();
    // `head`: of its log. Does not ask again while a pong is owed.
    void send_ping(Cursor head);
    // Asked when they are due: true, or a later deadline is set.
    bool is_pong_overdue();
    bool is_stalled();

private:
    Standing standing() const;
    bool has_room() const;
    void pause_reading(bool paused);

    Credentials credentials_;
    Timers timers_;
    SteadyTime wakes_at_ = Timers::kNever;
    SteadyTime last_progress_;  // of the outbox: a frame left it, or the first one entered
    // What every delivery touches stands together from here on, and goes on in client_session.h.
    Services& services_;
    Socket& socket_;
    const ConnectionId id_;
    State state_ = State::kOpening;
    bool reading_paused_ = false;
    CloseCode close_code_ = CloseCode::kNone;
    Outbox outbox_;
    std::unique_ptr<CommandQueue> commands_;
    std::uint64_t frames_out_ = 0;
};

}  // namespace billet::wsd
