// wsd/session_log.cpp — Events: in order from the bus, from the log when something is missing, never more than the reader takes.
#include <algorithm>

#include "lib/base/metrics.h"
#include "wsd/problems.h"
#include "wsd/session.h"

namespace billet::wsd {
namespace {

// Two processes of the api may publish in another order than they have committed; what is missing usually comes within this time.
constexpr std::chrono::milliseconds kHoleGrace{20};
constexpr std::chrono::milliseconds kReadAgainMin{100};
constexpr std::uint32_t kPageMin = 8;
constexpr unsigned kReadAgainDoublings = 5;  // 3.2 s at most, and as much again in jitter

}  // namespace

bool Session::on_delivery(const Delivery& delivery) {
    if (is_closing() || state_ == State::kOpening) return false;
    switch (delivery.kind) {
        case wire::NoticeKind::kEvent: break;
        case wire::NoticeKind::kTyping:
            if (state_ == State::kLive && outbox_.bytes() < outbox_max()) send(delivery.frame, Waits::kReply);
            return true;
        case wire::NoticeKind::kSessionRevoked:
            if (hello_ != nullptr) hello_->in_doubt = true;
            if (counted_in_ && delivery.session_id == session_id_) on_head(feed_.head(), chat::SessionState::kRevoked);
            return true;
        case wire::NoticeKind::kAccountDisabled:
            if (hello_ != nullptr) hello_->in_doubt = true;
            if (counted_in_) on_head(feed_.head(), chat::SessionState::kDisabled);
            return true;
    }
    if (state_ == State::kParked || delivery.cursor <= feed_.last()) return false;
    if (is_idle() && feed_.pass(delivery.cursor)) {
        send_event(delivery.frame);
        return true;
    }
    hold(delivery.cursor, delivery.frame);
    const bool own =
        running_ != nullptr && delivery.origin.connection == id_ && delivery.origin.request == running_->number;
    if (own) own_event_ = delivery.cursor;
    if (state_ == State::kLive) pump();
    return true;
}

// What finds no room is only known to exist, and comes from the log.
void Session::hold(Cursor cursor, const FramePtr& frame) {
    if (waiting.held + frame->size() > services_.config.wsd.held_bytes) return feed_.raise_head(cursor);
    feed_.hold(cursor, frame);
}

void Session::on_subscribed() {
    if (state_ == State::kJoining) timers_.clear(Due::kJoin);
    // A page that is being read may be older than the subscription: the read comes behind it.
    const bool reading = running_ != nullptr && running_->kind == RelayKind::kSync;
    if (state_ == State::kLive && !reading && std::exchange(read_at_subscription_, false))
        want_read(ReadReason::kResume, {});
    pump();
}

void Session::on_compared(std::string_view epoch, const wire::HeadLine& line) {
    if (line.session_id != session_id_) return;
    on_epoch(epoch);
    on_head(line.head, line.state);
}

void Session::on_epoch(std::string_view epoch) {
    if (state_ == State::kLive && epoch != epoch_) park(reason::kEpochChanged, std::nullopt);
}

void Session::on_head(Cursor head, chat::SessionState state) {
    if (is_closing() || !counted_in_) return;
    if (state == chat::SessionState::kRevoked) {
        send_reply(wire::session_revoked_frame(session_id_));
        return close(CloseCode::kNewToken);
    }
    if (state == chat::SessionState::kDisabled) return close(CloseCode::kAccountDisabled);
    if (state_ != State::kLive || head <= feed_.last()) return;
    feed_.raise_head(head);
    if (read_reason_ == ReadReason::kNone && running_ == nullptr) want_read(ReadReason::kBehind, kHoleGrace);
    pump();
}

void Session::deliver_ready() {
    while (may_send_event()) {
        // The reply to the request in flight comes first: a send's takes the place of the event, a read's goes before it.
        if (own_event_ == feed_.last().next()) return;
        const FramePtr frame = feed_.take_next();
        if (frame == nullptr) return;
        send_event(frame);
    }
}

// Once all outboxes together are full, only what the socket takes at once.
bool Session::may_send_event() {
    if (outbox_full_ || outbox_max() > 0 || (outbox_.empty() && socket_.is_writable())) return !outbox_full_;
    outbox_full_ = true;
    socket_.want_writable();
    return false;
}

void Session::send_event(const FramePtr& frame) {
    ++services_.tally.delivered;
    send(frame, Waits::kLive);
    outbox_full_ = outbox_.bytes() > outbox_max();
}

void Session::update_behind() {
    if (!outbox_full_ || outbox_.bytes() > outbox_max() / 2) return;
    outbox_full_ = false;
    deliver_ready();
    if (!outbox_full_ && feed_.is_behind() && read_reason_ == ReadReason::kNone) want_read(ReadReason::kSlowReader, {});
}

void Session::look_for_hole() {
    if (read_reason_ != ReadReason::kNone || outbox_full_ || running_ != nullptr || !feed_.is_behind()) return;
    want_read(ReadReason::kHole, kHoleGrace);
}

void Session::want_read(ReadReason reason, std::chrono::milliseconds after) {
    read_reason_ = reason;
    timers_.clear(Due::kRead);
    if (after.count() > 0) set_timer(Due::kRead, after);
}

// A page is read when everything before it has left: the reader sets the pace.
bool Session::may_read() const {
    return read_reason_ != ReadReason::kNone && !timers_.is_set(Due::kRead) && outbox_.empty();
}

void Session::read_log() {
    const bool only_if_behind = read_reason_ == ReadReason::kHole || read_reason_ == ReadReason::kBehind;
    if (only_if_behind && !feed_.is_behind()) {
        read_reason_ = ReadReason::kNone;
        return run_next();
    }
    switch (read_reason_) {
        case ReadReason::kNone: break;
        case ReadReason::kResume: metrics::count(metrics::kLogReads, "resume"); break;
        case ReadReason::kHole: metrics::count(metrics::kLogReads, "hole"); break;
        case ReadReason::kBehind: metrics::count(metrics::kLogReads, "behind"); break;
        case ReadReason::kSlowReader: metrics::count(metrics::kLogReads, "slow_reader"); break;
    }
    RelayRequest request = internal_request(RelayKind::kSync, wire::kSyncCall);
    request.query = wire::log_question_query(
        {.position = chat::LogPosition{feed_.last(), epoch_}, .bound = {page_limit_, page_bytes()}});
    running_ = std::make_unique<Running>(Running{RelayKind::kSync, ++requests_, {}, {}});
    ask(std::move(request));
}

void Session::on_page_reply(const RelayReply& reply) {
    command_next_ = true;
    if (state_ != State::kLive) return;
    if (reply.status != 200) return on_page_refused(reply);
    const auto page = wire::parse_sync(reply.body);
    if (!page) return read_again_later();
    const Cursor before = feed_.last();
    if (!send_page(*page)) return;
    // The log does not have yet what we have heard of: that must not become a busy loop.
    if (feed_.last() == before && feed_.is_behind()) return read_again_later();
    fruitless_reads_ = 0;
    if (read_at_subscription_ && services_.hub.is_subscribed(user_)) on_subscribed();
}

// What the reader does not take is let go and asked for again, in smaller pages: two hundred of the longest messages are 5 MB.
bool Session::send_page(const wire::LogPage& page) {
    feed_.raise_head(page.head);
    std::uint32_t sent = 0;
    bool whole = true;
    for (const wire::LogEvent& event : page.events) {
        if (event.cursor <= feed_.last()) continue;
        whole = outbox_.bytes() <= outbox_max();
        if (!whole) break;
        ++sent;
        if (event.cursor != feed_.last().next()) {
            close(CloseCode::kNoContinuity);
            return false;
        }
        ++services_.tally.delivered;
        send(feed_.take_from_log(event.json), Waits::kPaced);
    }
    const ReadReason again = read_reason_ == ReadReason::kNone ? ReadReason::kResume : read_reason_;
    want_read(page.more || !whole ? again : ReadReason::kNone, {});
    page_limit_ = whole ? std::min(page_limit_ * 2, services_.config.wsd.resume_page) : std::max(sent, kPageMin);
    outbox_full_ = outbox_.bytes() > outbox_max();
    return true;
}

void Session::on_page_refused(const RelayReply& reply) {
    const Problem problem = problem_of(reply);
    if (problem.code == Code::kResyncRequired) return park(reply.reason, std::nullopt);
    const CloseCode code = close_code_of(problem.code, reply.reason);
    if (code != CloseCode::kNone) return close(code);
    read_again_later();
}

void Session::read_again_later() {
    const auto wait = kReadAgainMin * (1U << std::min<unsigned>(fruitless_reads_, kReadAgainDoublings));
    if (fruitless_reads_ < kReadAgainDoublings) ++fruitless_reads_;
    const auto jitter = std::chrono::milliseconds{services_.random() % static_cast<std::uint64_t>(wait.count())};
    want_read(read_reason_ == ReadReason::kNone ? ReadReason::kHole : read_reason_, wait + jitter);
}

}  // namespace billet::wsd
