// wsd/client_session.cpp — Frames in, whose turn it is at the api, what its replies lead to,
// deadlines.
#include "wsd/client_session.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/metrics.h"
#include "wsd/close_codes.h"
#include "wsd/problems.h"

namespace billet::wsd {
namespace {

// For a client to reload its state and say hello again.
constexpr std::chrono::seconds kParkedHelloTimeout{60};

std::string_view refusal_name(const Error& error) {
    if (error.code == Code::kTooLarge) return "too_big";
    const bool type = std::ranges::any_of(error.fields, [](const FieldError& field) { return field.field == "type"; });
    return type ? "unknown_type" : "malformed";
}

// Of a hello that the api has refused.
CloseCode close_code_of_hello(const Problem& problem, const RelayReply& reply) {
    const CloseCode code = close_code_of(problem.code, reply.reason);
    if (code != CloseCode::kNone) return code;
    if (problem.code == Code::kRateLimited) return CloseCode::kTooManyFrames;
    return reply.status >= 400 && reply.status < 500 ? CloseCode::kMalformed : CloseCode::kInternal;
}

}  // namespace

ClientSession::ClientSession(ConnectionId id, Socket& socket, Services& services, std::string_view address)
    : client_(id, socket, services, address), events_(client_), catch_up_(events_) {
    services.sessions.emplace(id, this);
    client_.set_timer(Due::kHello, client_.limits().hello_timeout_s);
}

ClientSession::~ClientSession() {
    retire();
    client_.services().sessions.erase(id());
}

void ClientSession::retire() {
    client_.retire();
    login_.reset();
    events_.reset();
    membership().leave();
}

void ClientSession::close(CloseCode code) {
    if (is_closing()) return;
    client_.close(code);
    login_.reset();
}

// --- Frames --------------------------------------------------------------------------------------

void ClientSession::on_text(std::string_view text) {
    if (is_closing()) return;
    ++frames_in_;
    if (!frame_limiter_.take(client_.now(), client_.limits().frames_per_second)) {
        metrics::count(metrics::kFramesRefused, "rate");
        return close(CloseCode::kTooManyFrames);
    }
    auto frame = wire::read_frame(text, client_.limits());
    if (const auto* refused = std::get_if<wire::FrameError>(&frame)) return refuse_frame(*refused);
    take_frame(std::move(*std::get_if<wire::ClientFrame>(&frame)));
}

void ClientSession::refuse_frame(const wire::FrameError& refused) {
    metrics::count(metrics::kFramesRefused, refusal_name(refused.error));
    if (client_.state() == Client::State::kOpening) {
        // A hello is answered, whatever was wrong with it; what else comes before one is not.
        if (refused.hello) client_.send_error(refused.id, refused.error);
        return close(CloseCode::kMalformed);
    }
    if (refused.bad && bad_frames_ == nullptr) bad_frames_ = std::make_unique<BadFrames>();
    if (refused.bad && bad_frames_->is_too_many(client_.now())) return close(CloseCode::kMalformed);
    client_.send_error(refused.id, refused.error);
}

void ClientSession::take_frame(wire::ClientFrame frame) {
    if (auto* hello = std::get_if<wire::HelloFrame>(&frame.what))
        return begin_login(std::move(frame.id), std::move(*hello));
    if (client_.state() == Client::State::kOpening) {
        metrics::count(metrics::kFramesRefused, "malformed");
        return close(CloseCode::kMalformed);
    }
    if (std::holds_alternative<wire::PongFrame>(frame.what)) return client_.clear_timer(Due::kPong);
    queue_command(std::move(frame));
}

void ClientSession::begin_login(std::optional<std::string> id, wire::HelloFrame frame) {
    if (client_.state() != Client::State::kOpening && client_.state() != Client::State::kParked)
        return client_.send_error(id, invalid_argument("type", "conflict"));
    client_.clear_timer(Due::kHello);
    if (!Login::is_sound(frame)) {
        client_.send_error(id, make_error(Code::kUnauthenticated, "no token"));
        return close(CloseCode::kTokenInvalid);
    }
    client_.enter(Client::State::kJoining);
    events_.reset();
    login_ = std::make_unique<Login>(client_, membership(), events_, std::move(id), std::move(frame));
    run_next();
}

void ClientSession::queue_command(wire::ClientFrame frame) {
    if (client_.state() == Client::State::kParked) return client_.send_error(frame.id, no_hello_since());
    if (!commands().take(std::move(frame))) return;
    run_next();
    client_.update_reading();
}

// --- Turns ---------------------------------------------------------------------------------------

void ClientSession::pump() {
    if (client_.is_live()) {
        events_.send_ready();
        const bool is_missing = !events_.is_full() && events_.sequencer().is_behind();
        if (is_missing && !catch_up_.is_on() && slot_.is_free()) catch_up_.want_unless_it_comes(CatchUp::Reason::kHole);
    }
    run_next();
}

void ClientSession::run_next() {
    if (!slot_.is_free() || is_closing()) return;
    if (client_.state() == Client::State::kJoining) return run_login();
    if (!client_.is_live()) return;
    const bool read_first = catch_up_.is_due() && !(is_commands_turn_ && commands().may_run());
    is_commands_turn_ = false;
    if (read_first) return read_log();
    if (commands().may_run()) run_command();
}

void ClientSession::run_login() {
    if (login_ == nullptr || !login_->may_ask()) return;
    ask(login_->question(), [this](RelayReply reply) { go_on(login_->on_reply(std::move(reply))); });
}

void ClientSession::run_command() {
    Commands::Begun begun = commands().begin();
    ask(std::move(begun.request), [this, command = std::move(begun.command)](const RelayReply& reply) {
        events_.end_wait();
        if (command.kind == RelayKind::kSession) return on_refreshed(command, reply);
        end_as({.close = commands().answer(command, reply)});
    });
}

void ClientSession::read_log() {
    auto question = catch_up_.question();
    if (!question) return run_next();
    ask(std::move(*question), [this](const RelayReply& reply) {
        is_commands_turn_ = true;
        if (client_.is_live()) end_as(catch_up_.on_page(reply, membership().is_subscribed()));
    });
}

// Its answer may come when the session has gone.
void ClientSession::ask(RelayRequest request, RelaySlot::Then then) {
    Services& services = client_.services();
    request.cause = services.hub.cause_text({id(), slot_.take(request.kind, std::move(then))});
    services.relay.ask(std::move(request), [&sessions = services.sessions, id = id()](RelayReply reply) {
        if (const auto found = sessions.find(id); found != sessions.end()) found->second->on_reply(std::move(reply));
    });
}

void ClientSession::on_reply(RelayReply reply) {
    if (is_closing() || slot_.is_free()) return;
    const RelaySlot::Then then = slot_.release();
    then(std::move(reply));
    if (!is_closing()) pump();
}

void ClientSession::end_as(const Ending& ending) {
    if (ending.resync) return park(*ending.resync, std::nullopt);
    if (ending.close != CloseCode::kNone) close(ending.close);
}

// --- Log-in and the token ------------------------------------------------------------------------

void ClientSession::go_on(Login::Next next) {
    switch (next) {
        case Login::Next::kAsk: return run_next();
        case Login::Next::kCount: return count_in();
        case Login::Next::kWelcome: return welcome();
        case Login::Next::kRefuse: return refuse_login();
        case Login::Next::kTooMany: {
            Error error = make_error(Code::kRateLimited, "connections");
            error.retry_after = client_.limits().pong_timeout_s;
            client_.send_error(login_->id(), error);
            return close(CloseCode::kTooManyConnections);
        }
    }
}

// Nothing else may be asked before the answer; the bus has a deadline for it.
void ClientSession::count_in() {
    slot_.take(RelayKind::kHello, {});
    membership().count_in([&sessions = client_.services().sessions, id = id()](std::optional<std::uint64_t> total) {
        const auto found = sessions.find(id);
        if (found == sessions.end() || found->second->login_ == nullptr) return;
        ClientSession& session = *found->second;
        session.slot_.release();
        session.go_on(session.login_->on_counted(total));
    });
}

void ClientSession::welcome() {
    const std::unique_ptr<Login> login = std::move(login_);
    const auto answer = login->answer();
    if (!answer) return close(CloseCode::kInternal);
    take_identity(answer->identity, login->token());
    catch_up_.set_epoch(answer->epoch);
    catch_up_.expect_subscription(!login->was_subscribed());
    client_.enter(Client::State::kLive);
    client_.begin_pings();
    client_.send_reply(wire::welcome_frame({.user_id = membership().user().value,
                                            .session_id = std::string(session_id()),
                                            .cursor = answer->page.head.value,
                                            .epoch = catch_up_.epoch(),
                                            .resumed = answer->resumed,
                                            .token_ttl_s = answer->identity.token_ttl.count(),
                                            .ping_interval_s = client_.limits().ping_interval_s.count()},
                                           login->id()));
    events_.sequencer().start(login->position(*answer));
    if (answer->resumed) metrics::count(metrics::kLogReads, "resume");
    end_as(catch_up_.send_page(answer->page));
    if (is_closing()) return;
    // Already confirmed while the api was asked: then nobody else will say so.
    if (membership().is_subscribed()) catch_up_.on_subscribed();
    pump();
}

void ClientSession::refuse_login() {
    const std::unique_ptr<Login> login = std::move(login_);
    const RelayReply& reply = login->reply();
    const Problem problem = problem_of(reply);
    const auto known = wire::parse_refused_hello(reply.session);
    if (problem.code == Code::kResyncRequired && known) {
        login->confirm_user(known->identity.user);
        if (!membership().is_counted()) membership().count_in({});
        take_identity(known->identity, login->token());
        catch_up_.set_epoch(known->epoch);
        return park(reply.reason, login->id());
    }
    client_.send_reply(wire::error_frame(login->id(), problem.json));
    close(close_code_of_hello(problem, reply));
}

void ClientSession::take_identity(const wire::Identity& identity, std::string_view token) {
    client_.set_session(identity.session_id, token);
    token_life_.begin(client_, identity.token_ttl);
}

void ClientSession::on_refreshed(const Command& command, const RelayReply& reply) {
    // A refused token ends nothing: the old one goes on until its end.
    if (reply.status != 200) return client_.send_reply(wire::error_frame(command.id, problem_of(reply).json));
    const auto identity = wire::parse_session(reply.body);
    if (!identity) return client_.send_error(command.id, unavailable("refresh: unreadable answer"));
    if (identity->user != membership().user())
        return client_.send_error(command.id, make_error(Code::kUnauthenticated, "refresh with another user's token"));
    take_identity(*identity, command.token);
    client_.send_reply(
        wire::ack_frame(command.id, std::nullopt, wire::refresh_ack_payload(identity->token_ttl.count())));
}

// The log cannot be continued: no events until the client has reloaded its state and said hello
// again.
void ClientSession::park(std::string_view reason, const std::optional<std::string>& id) {
    client_.enter(Client::State::kParked);
    // Of messages that are stored: their place in the log will not come.
    for (const Ack& ack : events_.sequencer().take_acks())
        client_.send_reply(wire::ack_frame(ack.id, std::nullopt, ack.payload));
    events_.reset();
    catch_up_.stop();
    client_.send_reply(wire::resync_required_frame(id, reason));
    commands().refuse_all();
    client_.set_timer(Due::kHello, kParkedHelloTimeout);
}

// --- Deadlines -----------------------------------------------------------------------------------

void ClientSession::on_writable() {
    client_.write_waiting();
    if (is_closing()) return;
    client_.update_reading();
    if (events_.has_fallen_behind() && !catch_up_.is_on()) catch_up_.want(CatchUp::Reason::kSlowReader);
    pump();
}

void ClientSession::on_timer() {
    const SteadyTime time = client_.now();
    client_.begin_waking();
    if (client_.take_timer(Due::kClose, time)) return client_.socket().cut();
    if (client_.take_timer(Due::kHello, time)) close(CloseCode::kNoHello);
    if (client_.take_timer(Due::kToken, time) && token_life_.is_over(client_)) close(CloseCode::kNewToken);
    if (client_.take_timer(Due::kPong, time) && client_.is_pong_overdue()) close(CloseCode::kNoPong);
    if (client_.take_timer(Due::kStall, time) && client_.is_stalled()) close(CloseCode::kSlowReader);
    if (client_.take_timer(Due::kPing, time)) client_.send_ping(events_.sequencer().head());
    const bool may_go_on = client_.take_timer(Due::kRead, time) | client_.take_timer(Due::kJoin, time);
    if (may_go_on && !is_closing()) pump();
    client_.wake_at_earliest();
}

}  // namespace billet::wsd
