// wsd/session_commands.cpp — What clients ask for: read, queued, relayed one at a time, answered.
#include <algorithm>

#include "lib/base/metrics.h"
#include "wsd/problems.h"
#include "wsd/session.h"
#include "wsd/token_hint.h"

namespace billet::wsd {
namespace {

// Acks that wait for the log to reach them, before further commands wait too.
constexpr std::size_t kAcksWaitingMax = 16;

constexpr std::string_view kJson = "application/json";

std::string_view refusal_name(const Error& error) {
    if (error.code == Code::kTooLarge) return "too_big";
    const bool type = std::ranges::any_of(error.fields, [](const FieldError& field) { return field.field == "type"; });
    return type ? "unknown_type" : "malformed";
}

bool is_success(int status) {
    return status >= 200 && status < 300;
}

}  // namespace

void Session::on_text(std::string_view text) {
    if (is_closing()) return;
    ++frames_in_;
    if (!frame_limiter_.take(now(), limits().frames_per_second)) {
        metrics::count(metrics::kFramesRefused, "rate");
        return close(CloseCode::kTooManyFrames);
    }
    auto frame = wire::read_frame(text, limits());
    if (const auto* refused = std::get_if<wire::FrameError>(&frame)) return refuse_frame(*refused);
    take_frame(std::move(*std::get_if<wire::ClientFrame>(&frame)));
}

void Session::refuse_frame(const wire::FrameError& refused) {
    metrics::count(metrics::kFramesRefused, refusal_name(refused.error));
    if (state_ == State::kOpening) {
        // A hello is answered, whatever was wrong with it; what else comes before one is not.
        if (refused.hello) send_error(refused.id, refused.error);
        return close(CloseCode::kMalformed);
    }
    if (refused.bad && bad_frames_.is_too_many(now())) return close(CloseCode::kMalformed);
    send_error(refused.id, refused.error);
}

void Session::take_frame(wire::ClientFrame frame) {
    if (auto* hello = std::get_if<wire::HelloFrame>(&frame.what)) return begin_hello(frame.id, std::move(*hello));
    if (state_ == State::kOpening) {
        metrics::count(metrics::kFramesRefused, "malformed");
        return close(CloseCode::kMalformed);
    }
    if (std::holds_alternative<wire::PongFrame>(frame.what)) return timers_.clear(Due::kPong);
    queue_command(std::move(frame));
}

void Session::queue_command(wire::ClientFrame frame) {
    if (state_ == State::kParked) return send_error(frame.id, make_error(Code::kResyncRequired, "no hello since"));
    if (const auto refused = refuse_at_once(frame)) return send_error(frame.id, *refused);
    if (commands_ == nullptr) commands_ = std::make_unique<CommandQueue>();
    commands_->push(std::move(frame));
    run_next();
    update_reading();
}

// What the api would refuse by its size alone need not wait for that; and what finds no room is not taken.
std::optional<Error> Session::refuse_at_once(const wire::ClientFrame& frame) const {
    const auto* send = std::get_if<wire::SendFrame>(&frame.what);
    if (send != nullptr && send->content_bytes > limits().content_bytes) return invalid_argument("content", "length");
    if (waiting.commands + command_bytes(frame) <= services_.config.wsd.commands_bytes) return std::nullopt;
    metrics::count(metrics::kFramesRefused, "full");
    return unavailable("too many commands wait");
}

void Session::refuse_commands() {
    if (commands_ == nullptr) return;
    while (!commands_->empty()) send_error(commands_->pop().id, make_error(Code::kResyncRequired, "no hello since"));
    commands_.reset();
    update_reading();
}

bool Session::may_run_command() const {
    if (commands_ == nullptr || feed_.acks_waiting() >= kAcksWaitingMax) return false;
    return outbox_.bytes() + feed_.acks_bytes() <= outbox_max();
}

void Session::run_command() {
    wire::ClientFrame frame = commands_->pop();
    if (commands_->empty()) commands_.reset();
    update_reading();
    running_ = std::make_unique<Running>(Running{RelayKind::kTyping, ++requests_, std::move(frame.id), {}});
    if (const auto* send = std::get_if<wire::SendFrame>(&frame.what)) return relay_command(*send);
    if (const auto* read = std::get_if<wire::ReadFrame>(&frame.what)) return relay_command(*read);
    if (const auto* refresh = std::get_if<wire::RefreshFrame>(&frame.what)) return relay_command(*refresh);
    relay_command(std::get<wire::TypingFrame>(frame.what));
}

void Session::relay_command(const wire::SendFrame& send) {
    RelayRequest request =
        user_request(RelayKind::kSend, "POST", "/chat/rooms/" + std::to_string(send.room_id) + "/messages");
    request.body = send.body;
    request.content_type = kJson;
    ask(std::move(request));
}

void Session::relay_command(const wire::ReadFrame& read) {
    const std::string what = read.room_id ? "rooms/" + std::to_string(*read.room_id)
                                          : "messages/" + std::to_string(read.message_id.value_or(0));
    RelayRequest request = user_request(RelayKind::kRead, "PUT", "/chat/" + what + "/read");
    request.body = read.body;
    if (!read.body.empty()) request.content_type = kJson;
    ask(std::move(request));
}

void Session::relay_command(const wire::TypingFrame& typing) {
    ask(user_request(RelayKind::kTyping, "POST", "/chat/rooms/" + std::to_string(typing.room_id) + "/typing"));
}

void Session::relay_command(const wire::RefreshFrame& refresh) {
    RelayRequest request = internal_request(RelayKind::kSession, wire::kSessionCall);
    // The api says of an empty one that it is no token.
    request.token = is_token(refresh.token) ? refresh.token : std::string{};
    running_->token = request.token;
    ask(std::move(request));
}

RelayRequest Session::user_request(RelayKind kind, std::string_view method, std::string path) const {
    return {.kind = kind,
            .owner = id_,
            .method = method,
            .path = std::move(path),
            .query = {},
            .content_type = {},
            .body = {},
            .token = token_,
            .address = address_,
            .origin = {}};
}

RelayRequest Session::internal_request(RelayKind kind, wire::InternalCall call) const {
    return user_request(kind, call.method, std::string(call.path));
}

// Gives the request of running_ to the relay.
void Session::ask(RelayRequest request) {
    running_->kind = request.kind;
    request.origin = services_.hub.origin_text({id_, running_->number});
    services_.relay.ask(std::move(request), [&sessions = services_.sessions, id = id_](RelayReply reply) {
        if (const auto found = sessions.find(id); found != sessions.end()) found->second->on_reply(std::move(reply));
    });
}

void Session::on_reply(RelayReply reply) {
    if (is_closing() || running_ == nullptr) return;
    const std::unique_ptr<Running> done = std::move(running_);
    if (done->kind == RelayKind::kHello) {
        on_hello_reply(std::move(reply));
    } else if (done->kind == RelayKind::kSync) {
        on_page_reply(reply);
    } else if (done->kind == RelayKind::kSession) {
        on_refresh_reply(*done, reply);
    } else {
        on_command_reply(*done, reply);
    }
    if (!is_closing()) pump();
}

void Session::on_command_reply(const Running& done, const RelayReply& reply) {
    own_event_ = Cursor{};
    if (!is_success(reply.status)) return on_refused(done.id, reply);
    if (done.kind == RelayKind::kSend) return on_send_reply(done, reply);
    if (done.id) send_reply(wire::ack_frame(done.id, std::nullopt, reply.body.empty() ? "{}" : reply.body));
}

// The ack takes the place of the own event, so it waits for its turn. A duplicate has no event of its own.
void Session::on_send_reply(const Running& done, const RelayReply& reply) {
    const Cursor cursor{reply.cursor};
    if (state_ == State::kLive && cursor > feed_.last()) {
        return feed_.put_ack(cursor, {done.id, reply.body});
    }
    send_reply(wire::ack_frame(done.id, std::nullopt, reply.body));
}

void Session::on_refused(const std::optional<std::string>& id, const RelayReply& reply) {
    const Problem problem = problem_of(reply);
    send_reply(wire::error_frame(id, problem.json));
    if (const CloseCode code = close_code_of(problem.code, reply.reason); code != CloseCode::kNone) close(code);
}

}  // namespace billet::wsd
