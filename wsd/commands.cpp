// wsd/commands.cpp — A request for each kind of command, and what becomes of its reply.
#include "wsd/commands.h"

#include "lib/base/metrics.h"
#include "wsd/close_codes.h"
#include "wsd/problems.h"
#include "wsd/token_hint.h"

namespace billet::wsd {
namespace {

// Acks that wait for the log to reach them, before further commands wait too.
constexpr std::size_t kAcksWaitingMax = 16;

constexpr std::string_view kJson = "application/json";

bool is_success(int status) {
    return status >= 200 && status < 300;
}

RelayRequest request_for(const wire::SendFrame& send, const Client& client) {
    RelayRequest request =
        client.request(RelayKind::kSend, "POST", "/chat/rooms/" + std::to_string(send.room_id) + "/messages");
    request.body = send.body;
    request.content_type = kJson;
    return request;
}

RelayRequest request_for(const wire::ReadFrame& read, const Client& client) {
    const std::string what = read.room_id ? "rooms/" + std::to_string(*read.room_id)
                                          : "messages/" + std::to_string(read.message_id.value_or(0));
    RelayRequest request = client.request(RelayKind::kRead, "PUT", "/chat/" + what + "/read");
    request.body = read.body;
    if (!read.body.empty()) request.content_type = kJson;
    return request;
}

RelayRequest request_for(const wire::TypingFrame& typing, const Client& client) {
    return client.request(RelayKind::kTyping, "POST", "/chat/rooms/" + std::to_string(typing.room_id) + "/typing");
}

// With the new token. The api says of an empty one that it is no token.
RelayRequest request_for(const wire::RefreshFrame& refresh, const Client& client) {
    RelayRequest request = client.request(RelayKind::kSession, wire::kSessionCall);
    request.token = is_token(refresh.token) ? refresh.token : std::string{};
    return request;
}

RelayRequest request_for(const wire::ClientFrame& frame, const Client& client) {
    if (const auto* send = std::get_if<wire::SendFrame>(&frame.what)) return request_for(*send, client);
    if (const auto* read = std::get_if<wire::ReadFrame>(&frame.what)) return request_for(*read, client);
    if (const auto* refresh = std::get_if<wire::RefreshFrame>(&frame.what)) return request_for(*refresh, client);
    return request_for(std::get<wire::TypingFrame>(frame.what), client);
}

}  // namespace

Error no_hello_since() {
    return make_error(Code::kResyncRequired, "no hello since");
}

bool Commands::take(wire::ClientFrame frame) {
    if (const auto refused = refusal_of(frame)) {
        client_.send_error(frame.id, *refused);
        return false;
    }
    client_.push_command(std::move(frame));
    return true;
}

// What the api would refuse by its size alone need not wait for that; and what finds no room is not
// taken.
std::optional<Error> Commands::refusal_of(const wire::ClientFrame& frame) const {
    const auto* send = std::get_if<wire::SendFrame>(&frame.what);
    if (send != nullptr && send->content_bytes > client_.limits().content_bytes)
        return invalid_argument("content", "length");
    if (waiting.commands + command_bytes(frame) <= client_.services().config.wsd.commands_bytes) return std::nullopt;
    metrics::count(metrics::kFramesRefused, "full");
    return unavailable("too many commands wait");
}

bool Commands::may_run() const {
    if (client_.commands() == nullptr || events_.sequencer().acks_waiting() >= kAcksWaitingMax) return false;
    return client_.outbox().bytes() + events_.sequencer().acks_bytes() <= client_.outbox_max();
}

Commands::Begun Commands::begin() {
    wire::ClientFrame frame = client_.pop_command();
    client_.update_reading();
    RelayRequest request = request_for(frame, client_);
    Command command{.id = std::move(frame.id), .kind = request.kind};
    if (command.kind == RelayKind::kSession) command.token = request.token;
    return {std::move(command), std::move(request)};
}

CloseCode Commands::answer(const Command& command, const RelayReply& reply) {
    if (!is_success(reply.status)) {
        const Problem problem = problem_of(reply);
        client_.send_reply(wire::error_frame(command.id, problem.json));
        return close_code_of(problem.code, reply.reason);
    }
    if (command.kind == RelayKind::kSend) {
        answer_send(command, reply);
    } else if (command.id) {
        client_.send_reply(wire::ack_frame(command.id, std::nullopt, reply.body.empty() ? "{}" : reply.body));
    }
    return CloseCode::kNone;
}

// The ack takes the place of the own event, so it waits for its turn. A duplicate has no event of
// its own.
void Commands::answer_send(const Command& command, const RelayReply& reply) {
    const Cursor cursor{reply.cursor};
    EventSequencer& sequencer = events_.sequencer();
    if (client_.is_live() && cursor > sequencer.last()) return sequencer.put_ack(cursor, {command.id, reply.body});
    client_.send_reply(wire::ack_frame(command.id, std::nullopt, reply.body));
}

void Commands::refuse_all() {
    // Taken out first: a frame that cannot be written closes the connection, and with that nothing
    // waits any more.
    const std::unique_ptr<CommandQueue> commands = client_.take_commands();
    if (commands == nullptr) return;
    while (!commands->empty()) client_.send_error(commands->pop().id, no_hello_since());
    if (!client_.is_closing()) client_.update_reading();
}

}  // namespace billet::wsd
