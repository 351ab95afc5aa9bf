// wsd/session_hello.cpp — From a hello to a welcome or a refusal, and what becomes of the token afterwards.
//
// Order: subscribe to the (seeming) user's channel and hold what comes; when that is confirmed ask the api, which names the user and reads the
// log; count the user's connections; welcome; the events of the log; what was held above them.
#include <algorithm>

#include "lib/base/metrics.h"
#include "lib/base/text.h"
#include "lib/wire/objects.h"
#include "wsd/problems.h"
#include "wsd/session.h"
#include "wsd/token_hint.h"

namespace billet::wsd {
namespace {

// For the bus to confirm a subscription. Past it the hello goes on, and the log is read once more when the confirmation comes.
constexpr std::chrono::milliseconds kJoinWait{300};
// For a client to reload its state and say hello again.
constexpr std::chrono::seconds kParkedHelloTimeout{60};
constexpr std::chrono::seconds kTokenWarning{60};
constexpr std::size_t kEpochBytesMax = 256;

}  // namespace

void Session::begin_hello(const std::optional<std::string>& id, wire::HelloFrame frame) {
    if (state_ != State::kOpening && state_ != State::kParked) {
        return send_error(id, invalid_argument("type", "conflict"));
    }
    timers_.clear(Due::kHello);
    if (!is_token(frame.token) || frame.epoch.value_or("").size() > kEpochBytesMax) {
        send_error(id, make_error(Code::kUnauthenticated, "no token"));
        return close(CloseCode::kTokenInvalid);
    }
    hello_ = std::make_unique<Hello>(Hello{.id = id,
                                           .token = std::move(frame.token),
                                           .cursor = frame.cursor,
                                           .epoch = frame.epoch.value_or(""),
                                           .answer = {}});
    enter(State::kJoining);
    feed_.reset();
    if (const auto user = joined_ ? std::optional{user_} : user_hint(hello_->token)) {
        join(*user);
        if (services_.hub.is_bus_up() && !services_.hub.is_subscribed(*user)) set_timer(Due::kJoin, kJoinWait);
    }
    run_next();
}

void Session::join(UserId user) {
    if (joined_ && user_ == user) return;
    leave();
    user_ = user;
    session_id_.clear();
    joined_ = true;
    services_.hub.join(*this, user);
}

void Session::leave() {
    if (!joined_) return;
    services_.hub.leave(*this, user_, counted_in_);
    joined_ = false;
    counted_in_ = false;
}

void Session::relay_hello() {
    hello_->subscribed_before = joined_ && services_.hub.is_subscribed(user_);
    hello_->in_doubt = false;
    RelayRequest request = internal_request(RelayKind::kHello, wire::kHelloCall);
    request.token = hello_->token;
    wire::LogQuestion question{.position = {}, .bound = {services_.config.wsd.resume_page, page_bytes()}};
    if (hello_->cursor) question.position = {Cursor{*hello_->cursor}, hello_->epoch};
    request.query = wire::log_question_query(question);
    running_ = std::make_unique<Running>(Running{RelayKind::kHello, ++requests_, hello_->id, {}});
    ask(std::move(request));
}

void Session::on_hello_reply(RelayReply reply) {
    // The api may have looked before the revocation: it is asked again.
    if (hello_->in_doubt) return run_next();
    if (reply.status != 200) return on_hello_refused(reply);
    const auto answer = wire::parse_hello(reply.body);
    if (!answer) {
        reply.status = 0;
        return on_hello_refused(reply);
    }
    hello_->answer = std::move(reply.body);
    confirm_user(answer->identity);
    if (counted_in_) return welcome();
    counted_in_ = true;
    // Nothing else may take the slot until the answer; the bus has a deadline for it.
    running_ = std::make_unique<Running>(Running{RelayKind::kHello, ++requests_, {}, {}});
    services_.hub.count_in(user_, [&sessions = services_.sessions, id = id_](std::optional<std::uint64_t> total) {
        if (const auto found = sessions.find(id); found != sessions.end()) found->second->on_counted(total);
    });
}

// The user may be another one than the token seemed to say; what was held is not theirs then.
void Session::confirm_user(const wire::Identity& identity) {
    if (joined_ && user_ != identity.user) {
        leave();
        feed_.reset();
    }
    if (!joined_) {
        join(identity.user);
        hello_->subscribed_before = false;
    }
}

void Session::on_counted(std::optional<std::uint64_t> total) {
    running_.reset();
    if (is_closing() || hello_ == nullptr) return;
    if (hello_->in_doubt) return run_next();
    if (total.value_or(services_.hub.counted_here(user_)) > limits().connections_per_user) {
        Error error = make_error(Code::kRateLimited, "connections");
        error.retry_after = limits().pong_timeout_s;
        send_error(hello_->id, error);
        return close(CloseCode::kTooManyConnections);
    }
    welcome();
}

void Session::take_identity(const wire::Identity& identity) {
    session_id_ = identity.session_id;
    session_id_.shrink_to_fit();
    socket_.on_standing(Standing::kKnown);
    set_token_end(identity.token_ttl);
}

void Session::welcome() {
    const std::unique_ptr<Hello> hello = std::move(hello_);
    const auto answer = wire::parse_hello(hello->answer);
    if (!answer) return close(CloseCode::kInternal);
    take_identity(answer->identity);
    token_ = std::move(hello->token);
    epoch_ = answer->epoch;
    read_at_subscription_ = !hello->subscribed_before;
    enter(State::kLive);
    if (!timers_.is_set(Due::kPing)) {
        // The first ping comes at any time of the interval, so that those of clients that came together spread.
        const auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(limits().ping_interval_s);
        set_timer(Due::kPing,
                  std::chrono::milliseconds{1 + services_.random() % static_cast<std::uint64_t>(interval.count())});
    }
    send_reply(wire::welcome_frame({.user_id = user_.value,
                                    .session_id = session_id_,
                                    .cursor = answer->page.head.value,
                                    .epoch = epoch_,
                                    .resumed = answer->resumed,
                                    .token_ttl_s = answer->identity.token_ttl.count(),
                                    .ping_interval_s = limits().ping_interval_s.count()},
                                   hello->id));
    feed_.start(answer->resumed ? Cursor{hello->cursor.value_or(answer->page.cursor.value)} : answer->page.cursor);
    if (answer->resumed) metrics::count(metrics::kLogReads, "resume");
    if (!send_page(answer->page)) return;
    // Already confirmed while the api was asked: then nobody else will say so.
    if (read_at_subscription_ && services_.hub.is_subscribed(user_)) on_subscribed();
    pump();
}

void Session::on_hello_refused(const RelayReply& reply) {
    const std::unique_ptr<Hello> hello = std::move(hello_);
    const Problem problem = problem_of(reply);
    if (const auto refused = wire::parse_refused_hello(reply.session);
        problem.code == Code::kResyncRequired && refused) {
        hello_ = std::make_unique<Hello>();
        confirm_user(refused->identity);
        hello_.reset();
        if (!std::exchange(counted_in_, true)) services_.hub.count_in(user_, {});
        take_identity(refused->identity);
        token_ = hello->token;
        epoch_ = refused->epoch;
        return park(reply.reason, hello->id);
    }
    send_reply(wire::error_frame(hello->id, problem.json));
    const CloseCode code = close_code_of(problem.code, reply.reason);
    if (code != CloseCode::kNone) return close(code);
    if (problem.code == Code::kRateLimited) return close(CloseCode::kTooManyFrames);
    close(reply.status >= 400 && reply.status < 500 ? CloseCode::kMalformed : CloseCode::kInternal);
}

// The log cannot be continued: no events until the client has reloaded its state and said hello again.
void Session::park(std::string_view reason, const std::optional<std::string>& id) {
    enter(State::kParked);
    // Of messages that are stored: their place in the log will not come.
    for (const Ack& ack : feed_.take_acks()) send_reply(wire::ack_frame(ack.id, std::nullopt, ack.payload));
    feed_.reset();
    own_event_ = Cursor{};
    read_reason_ = ReadReason::kNone;
    timers_.clear(Due::kRead);
    send_reply(wire::resync_required_frame(id, reason));
    refuse_commands();
    set_timer(Due::kHello, kParkedHelloTimeout);
}

// --- The token's life -----------------------------------------------------------------------------------------------

void Session::set_token_end(std::chrono::seconds ttl) {
    token_end_ = now() + ttl;
    token_warned_ = false;
    // A third in milliseconds: of a life of two seconds there must be something left after the warning.
    const auto warning = std::min<std::chrono::milliseconds>(kTokenWarning, std::chrono::milliseconds(ttl) / 3);
    set_timer_at(Due::kToken, token_end_ - warning);
}

void Session::on_token_due() {
    if (token_warned_) return close(CloseCode::kNewToken);
    token_warned_ = true;
    const auto left = std::chrono::ceil<std::chrono::seconds>(token_end_ - now());
    send_reply(wire::token_expiring_frame(std::max<std::int64_t>(0, left.count())));
    set_timer_at(Due::kToken, token_end_);
}

void Session::on_refresh_reply(const Running& done, const RelayReply& reply) {
    // A refused token ends nothing: the old one goes on until its end.
    if (reply.status != 200) return send_reply(wire::error_frame(done.id, problem_of(reply).json));
    const auto identity = wire::parse_session(reply.body);
    if (!identity) return send_error(done.id, unavailable("refresh: unreadable answer"));
    if (identity->user != user_)
        return send_error(done.id, make_error(Code::kUnauthenticated, "refresh with another user's token"));
    token_ = done.token;
    take_identity(*identity);
    send_reply(wire::ack_frame(done.id, std::nullopt, wire::refresh_ack_payload(identity->token_ttl.count())));
}

}  // namespace billet::wsd
