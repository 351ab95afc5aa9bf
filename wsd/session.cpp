// wsd/session.cpp — Life of a session, its writing and its deadlines.
#include "wsd/session.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/wire/objects.h"

namespace billet::wsd {
namespace {

// For the frames before a close frame, and for the close frame itself.
constexpr std::chrono::milliseconds kCloseGrace{1000};

}  // namespace

Session::Session(ConnectionId id, Socket& socket, Services& services, std::string address)
    : services_(services),
      socket_(socket),
      id_(id),
      address_(std::move(address)),
      page_limit_(services.config.wsd.resume_page) {
    services_.sessions.emplace(id_, this);
    set_timer(Due::kHello, limits().hello_timeout_s);
}

Session::~Session() {
    retire();
    services_.sessions.erase(id_);
}

void Session::retire() {
    enter(State::kClosing);
    timers_.clear_all();
    outbox_.clear();
    commands_.reset();
    hello_.reset();
    feed_.reset();
    leave();
}

void Session::enter(State state) {
    if (state_ == State::kLive) --services_.tally.live;
    if (state == State::kLive) ++services_.tally.live;
    const Standing before = standing();
    state_ = state;
    if (standing() != before) socket_.on_standing(standing());
}

Standing Session::standing() const {
    if (!session_id_.empty()) return Standing::kKnown;
    return state_ == State::kJoining ? Standing::kJoining : Standing::kSilent;
}

void Session::close(CloseCode code) {
    if (is_closing()) return;
    enter(State::kClosing);
    close_code_ = code;
    commands_.reset();
    hello_.reset();
    timers_.clear_all();
    set_timer(Due::kClose, kCloseGrace);
    // Whoever does not read would only keep the close frame waiting.
    if (code == CloseCode::kSlowReader || code == CloseCode::kNoPong) outbox_.clear();
    socket_.want_writable();
}

// --- Writing ------------------------------------------------------------------------------------------------------

void Session::send(const FramePtr& frame, Waits waits) {
    ++frames_out_;
    if (outbox_.empty() && socket_.is_writable()) return socket_.write(*frame);
    if (outbox_.empty()) last_progress_ = now();
    outbox_.push(frame, waits);
    if (!timers_.is_set(Due::kStall)) set_timer(Due::kStall, limits().outbox_seconds);
    socket_.want_writable();
    if (!is_closing()) update_reading();
}

void Session::send_error(const std::optional<std::string>& id, const Error& error) {
    send_reply(wire::error_frame(id, wire::problem_json(error, random_id())));
}

void Session::on_writable() {
    bool progress = false;
    while (!outbox_.empty() && socket_.is_writable()) {
        socket_.write(outbox_.front());
        outbox_.pop();
        progress = true;
    }
    if (progress) last_progress_ = now();
    if (!outbox_.empty()) socket_.want_writable();
    if (is_closing()) return;
    update_reading();
    update_behind();
    pump();
}

// What may wait for this client. When all of them together have much, each has little; and beyond that nothing, which means what it takes at once.
std::size_t Session::outbox_max() const {
    constexpr std::size_t kTight = 16384;
    const std::size_t bound = services_.config.wsd.outboxes_bytes;
    if (waiting.outboxes >= bound) return 0;
    const std::size_t own = limits().outbox_bytes;
    return waiting.outboxes >= bound / 2 ? std::min(own, kTight) : own;
}

// Of a page of the log: what the outbox has room for. One event comes whatever its size.
std::size_t Session::page_bytes() const {
    const std::size_t max = outbox_max();
    return max > outbox_.bytes() ? max - outbox_.bytes() : 1;
}

// Everything that may have become possible: sending events, and giving the relay slot to somebody.
void Session::pump() {
    if (state_ == State::kLive) {
        deliver_ready();
        look_for_hole();
    }
    run_next();
}

void Session::run_next() {
    if (running_ != nullptr || is_closing()) return;
    if (state_ == State::kJoining) {
        if (hello_ != nullptr && !timers_.is_set(Due::kJoin)) relay_hello();
        return;
    }
    if (state_ != State::kLive) return;
    const bool read_first = may_read() && !(command_next_ && may_run_command());
    command_next_ = false;
    if (read_first) return read_log();
    if (may_run_command()) run_command();
}

// --- Deadlines ----------------------------------------------------------------------------------------------------

void Session::set_timer(Due due, std::chrono::milliseconds after) {
    set_timer_at(due, now() + after);
}

void Session::set_timer_at(Due due, SteadyTime at) {
    timers_.set(due, at);
    // A timer that is moved to later fires early once and is set again then: cheaper than to move it every time.
    if (at < wakes_at_) wake_at_earliest();
}

void Session::wake_at_earliest() {
    wakes_at_ = timers_.earliest();
    if (wakes_at_ != Timers::kNever) socket_.wake_at(wakes_at_);
}

void Session::on_timer() {
    const SteadyTime time = now();
    wakes_at_ = Timers::kNever;
    if (timers_.take(Due::kClose, time)) return socket_.cut();
    if (timers_.take(Due::kHello, time)) close(CloseCode::kNoHello);
    if (timers_.take(Due::kToken, time)) on_token_due();
    if (timers_.take(Due::kPong, time)) on_pong_overdue();
    if (timers_.take(Due::kStall, time)) on_stall();
    if (timers_.take(Due::kPing, time)) send_ping();
    const bool may_go_on = timers_.take(Due::kRead, time) | timers_.take(Due::kJoin, time);
    if (may_go_on && !is_closing()) pump();
    wake_at_earliest();
}

void Session::send_ping() {
    set_timer(Due::kPing, limits().ping_interval_s);
    if (timers_.is_set(Due::kPong)) return;
    send_reply(wire::ping_frame(feed_.head().value));
    set_timer(Due::kPong, limits().pong_timeout_s);
}

// The deadline stands still while we do not read, and while the reader is still taking what was queued before the ping.
void Session::on_pong_overdue() {
    if (reading_paused_) return set_timer(Due::kPong, limits().pong_timeout_s);
    const SteadyTime again = last_progress_ + limits().pong_timeout_s;
    if (again > now()) return set_timer_at(Due::kPong, again);
    close(CloseCode::kNoPong);
}

// The queue has been waiting for outbox_seconds. Only live events end the connection, and replies that it does not take while it is not read; and
// anything while all outboxes together have too much.
void Session::on_stall() {
    if (outbox_.empty()) return;
    const SteadyTime again = last_progress_ + limits().outbox_seconds;
    if (again > now()) return set_timer_at(Due::kStall, again);
    const bool tight = waiting.outboxes >= services_.config.wsd.outboxes_bytes / 2;
    if (outbox_.has_live() || reading_paused_ || tight) return close(CloseCode::kSlowReader);
    set_timer(Due::kStall, limits().outbox_seconds);
}

// Frames are taken while there is room for what they bring and for their replies. Once that has ended it begins again at half of each bound.
bool Session::may_read_on() const {
    const std::size_t part = reading_paused_ ? 2 : 1;
    const std::size_t bytes = limits().outbox_bytes / part;
    if (outbox_.bytes() > bytes) return false;
    if (commands_ == nullptr) return true;
    const bool tight = waiting.commands > services_.config.wsd.commands_bytes / 2;
    return !tight && commands_->bytes() <= bytes &&
           commands_->size() < std::max<std::size_t>(1, services_.config.wsd.commands_queued / part);
}

void Session::update_reading() {
    pause_reading(!may_read_on());
}

void Session::pause_reading(bool paused) {
    if (reading_paused_ == paused) return;
    reading_paused_ = paused;
    socket_.pause_reading(paused);
    if (!paused && timers_.is_set(Due::kPong)) set_timer(Due::kPong, limits().pong_timeout_s);
}

}  // namespace billet::wsd
