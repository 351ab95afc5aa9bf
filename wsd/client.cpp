// wsd/client.cpp — Bounds of what waits for a client and comes from it, and whether it is still
// there.
#include "wsd/client.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/ids.h"
#include "lib/base/text.h"
#include "lib/wire/frames.h"
#include "lib/wire/objects.h"

namespace billet::wsd {
namespace {

// For the frames before a close frame, and for the close frame itself.
constexpr std::chrono::milliseconds kCloseGrace{1000};

}  // namespace

Client::Client(ConnectionId id, Socket& socket, Services& services, std::string_view address)
    : credentials_(address), services_(services), socket_(socket), id_(id) {}

// --- How far it has come, and who it is ----------------------------------------------------------

void Client::enter(State state) {
    if (state_ == State::kLive) --services_.counters.live;
    if (state == State::kLive) ++services_.counters.live;
    const Standing before = standing();
    state_ = state;
    if (standing() != before) socket_.on_standing(standing());
}

Standing Client::standing() const {
    if (!session_id().empty()) return Standing::kKnown;
    return state_ == State::kJoining ? Standing::kJoining : Standing::kSilent;
}

void Client::close(CloseCode code) {
    enter(State::kClosing);
    close_code_ = code;
    commands_.reset();
    timers_.clear_all();
    set_timer(Due::kClose, kCloseGrace);
    // Whoever does not read would only keep the close frame waiting.
    if (code == CloseCode::kSlowReader || code == CloseCode::kNoPong) outbox_.clear();
    socket_.want_writable();
}

void Client::retire() {
    enter(State::kClosing);
    timers_.clear_all();
    outbox_.clear();
    commands_.reset();
}

void Client::set_session(std::string_view session_id, std::string_view token) {
    credentials_.set_session(session_id, services_.tokens.pack(token));
    socket_.on_standing(Standing::kKnown);
}

RelayRequest Client::request(RelayKind kind, std::string_view method, std::string path) const {
    return {.kind = kind,
            .owner = id_,
            .method = method,
            .path = std::move(path),
            .query = {},
            .content_type = {},
            .body = {},
            .token = services_.tokens.token(credentials_.packed_token()),
            .address = std::string(address()),
            .cause = {}};
}

RelayRequest Client::request(RelayKind kind, wire::InternalCall call) const {
    return request(kind, call.method, std::string(call.path));
}

// --- Out -----------------------------------------------------------------------------------------

void Client::send(const FramePtr& frame, Waits waits) {
    ++frames_out_;
    if (takes_frame_at_once()) return socket_.write(*frame);
    if (outbox_.empty()) last_progress_ = now();
    outbox_.push(frame, waits);
    if (!timers_.is_set(Due::kStall)) set_timer(Due::kStall, limits().outbox_seconds);
    socket_.want_writable();
    if (!is_closing()) update_reading();
}

void Client::send_error(const std::optional<std::string>& id, const Error& error) {
    send_reply(wire::error_frame(id, wire::problem_json(error, random_id())));
}

void Client::write_waiting() {
    bool progress = false;
    while (!outbox_.empty() && socket_.is_writable()) {
        socket_.write(outbox_.front());
        outbox_.pop();
        progress = true;
    }
    if (progress) last_progress_ = now();
    if (!outbox_.empty()) socket_.want_writable();
}

// When all outboxes together have much, each has little; and beyond that nothing, which means what
// the client takes at once.
std::size_t Client::outbox_max() const {
    constexpr std::size_t kTight = 16384;
    const std::size_t bound = services_.config.wsd.outboxes_bytes;
    if (waiting.outboxes >= bound) return 0;
    const std::size_t own = limits().outbox_bytes;
    return waiting.outboxes >= bound / 2 ? std::min(own, kTight) : own;
}

std::size_t Client::page_bytes() const {
    const std::size_t max = outbox_max();
    return max > outbox_.bytes() ? max - outbox_.bytes() : 1;
}

// --- In ------------------------------------------------------------------------------------------

void Client::push_command(wire::ClientFrame frame) {
    if (commands_ == nullptr) commands_ = std::make_unique<CommandQueue>();
    commands_->push(std::move(frame));
}

wire::ClientFrame Client::pop_command() {
    wire::ClientFrame frame = commands_->pop();
    if (commands_->empty()) commands_.reset();
    return frame;
}

// For what further frames bring, and for their replies. Once that has ended it begins again at half
// of each bound.
bool Client::has_room() const {
    const std::size_t part = reading_paused_ ? 2 : 1;
    const std::size_t bytes = limits().outbox_bytes / part;
    if (outbox_.bytes() > bytes) return false;
    if (commands_ == nullptr) return true;
    const bool tight = waiting.commands > services_.config.wsd.commands_bytes / 2;
    return !tight && commands_->bytes() <= bytes &&
           commands_->size() < std::max<std::size_t>(1, services_.config.wsd.commands_queued / part);
}

void Client::update_reading() {
    pause_reading(!has_room());
}

void Client::pause_reading(bool paused) {
    if (reading_paused_ == paused) return;
    reading_paused_ = paused;
    socket_.pause_reading(paused);
    if (!paused && timers_.is_set(Due::kPong)) set_timer(Due::kPong, limits().pong_timeout_s);
}

// --- Deadlines -----------------------------------------------------------------------------------

void Client::set_timer_at(Due due, SteadyTime at) {
    timers_.set(due, at);
    // A timer that is moved to later fires early once and is set again then: cheaper than to move
    // it every time.
    if (at < wakes_at_) wake_at_earliest();
}

void Client::wake_at_earliest() {
    wakes_at_ = timers_.earliest();
    if (wakes_at_ != Timers::kNever) socket_.wake_at(wakes_at_);
}

void Client::begin_pings() {
    if (timers_.is_set(Due::kPing)) return;
    const auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(limits().ping_interval_s);
    set_timer(Due::kPing,
              std::chrono::milliseconds{1 + services_.random() % static_cast<std::uint64_t>(interval.count())});
}

void Client::send_ping(Cursor head) {
    set_timer(Due::kPing, limits().ping_interval_s);
    if (timers_.is_set(Due::kPong)) return;
    send_reply(wire::ping_frame(head.value));
    set_timer(Due::kPong, limits().pong_timeout_s);
}

// The deadline stands still while we do not read, and while the client is still taking what was
// queued before the ping.
bool Client::is_pong_overdue() {
    SteadyTime again = last_progress_ + limits().pong_timeout_s;
    if (reading_paused_) again = now() + limits().pong_timeout_s;
    if (again <= now()) return true;
    set_timer_at(Due::kPong, again);
    return false;
}

// The outbox has been waiting for outbox_seconds. Only live events make a slow reader, and replies
// that it does not take while it is not read; and anything while all outboxes together have too
// much.
bool Client::is_stalled() {
    if (outbox_.empty()) return false;
    const SteadyTime again = last_progress_ + limits().outbox_seconds;
    const bool over = again <= now();
    const bool tight = waiting.outboxes >= services_.config.wsd.outboxes_bytes / 2;
    if (over && (outbox_.has_live() || reading_paused_ || tight)) return true;
    set_timer_at(Due::kStall, over ? now() + limits().outbox_seconds : again);
    return false;
}

}  // namespace billet::wsd
