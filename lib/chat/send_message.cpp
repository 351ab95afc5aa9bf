// lib/chat/send_message.cpp — The send transaction.
#include "lib/chat/send_message.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/chat/numbering.h"
#include "lib/chat/validate.h"

namespace billet::chat {
namespace {

// What one run of the transaction made. Kept between runs: when the outcome of a COMMIT was unknown
// and the next run finds the very message of the run before, that COMMIT did happen and its events
// are the ones to announce.
struct Attempt {
    Message message;
    std::vector<Event> events;
    bool duplicate = false;
};

Result<void> accept_known(const Message& known, const SendMessage& request, Attempt& attempt) {
    if (known.content != request.content)
        return make_error(Code::kIdempotencyConflict, "client_msg_id was used for other content");
    const bool ours = !attempt.events.empty() && attempt.message.id == known.id;
    attempt.message = known;
    attempt.duplicate = !ours;
    return {};
}

Message next_message(const RoomState& state, const Caller& caller, std::string_view client_msg_id,
                     std::string_view content) {
    return {.id = {},
            .room = state.id,
            .seq = state.last_seq.next(),
            .sender = caller.user.id,
            .client_msg_id = std::string(client_msg_id),
            .content = std::string(content),
            .created_at = std::max(now(), state.last_message_at),  // never goes back inside a room
            .is_read = false};
}

// One event per member, in the members' order.
std::vector<Event> message_events(const Message& message, const RoomState& state, std::array<LogHead, 2>& heads) {
    std::vector<Event> events;
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        events.push_back({.recipient = state.members[i],
                          .cursor = take_cursor(heads[i]),
                          .created_at = message.created_at,
                          .payload = MessageEvent{message, state.unread[i], heads[i].total_unread}});
    }
    return events;
}

Result<void> write_message(Transaction& transaction, LockedRoom& room, Attempt& attempt) {
    auto id = transaction.insert_message(attempt.message);
    if (!id) return std::move(id).error();
    attempt.message.id = *id;
    room.state.last_seq = attempt.message.seq;
    room.state.last_message_at = attempt.message.created_at;
    const std::size_t peer = room.state.peer_index_of(attempt.message.sender);
    set_unread(room.state.unread[peer], room.heads[peer], room.state.unread[peer] + 1);
    attempt.events = message_events(attempt.message, room.state, room.heads);
    if (auto saved = transaction.save_room(room.state, room.heads); !saved) return saved;
    return transaction.append_events(attempt.events);
}

Result<void> run(Transaction& transaction, const Caller& caller, const SendMessage& request,
                 std::string_view client_msg_id, Attempt& attempt) {
    auto room = transaction.lock_room(request.room, caller.user.id, client_msg_id);
    if (!room) return std::move(room).error();
    if (room->known) return accept_known(*room->known, request, attempt);
    if (room->blocked || room->peer_disabled) return make_error(Code::kCannotMessage);
    attempt = {
        .message = next_message(room->state, caller, client_msg_id, request.content), .events = {}, .duplicate = false};
    return write_message(transaction, *room, attempt);
}

// With an empty bucket a retry of what is stored is still answered as such.
Result<SentMessage> answer_without_token(Ports& ports, const Caller& caller, const SendMessage& request,
                                         Error refusal) {
    if (!request.client_msg_id) return refusal;
    auto known = ports.messages.known_message(request.room, caller.user.id, *request.client_msg_id);
    if (!known) return known.error().code == Code::kNotFound ? refusal : std::move(known).error();
    if (!known->has_value()) return refusal;
    Attempt attempt;
    if (auto accepted = accept_known(**known, request, attempt); !accepted) return std::move(accepted).error();
    return SentMessage{std::move(attempt.message), true, Cursor{}};
}

Cursor cursor_of(const Attempt& attempt, UserId sender) {
    const auto own = std::ranges::find(attempt.events, sender, &Event::recipient);
    return own == attempt.events.end() ? Cursor{} : own->cursor;
}

}  // namespace

Result<SentMessage> send_message(Ports& ports, const Caller& caller, const SendMessage& request) {
    if (auto valid = check_content(request.content, ports.limits); !valid) return std::move(valid).error();
    if (request.client_msg_id) {
        if (auto valid = check_client_msg_id(*request.client_msg_id); !valid) return std::move(valid).error();
    }
    const std::string client_msg_id = request.client_msg_id.value_or(random_id());
    const Bucket bucket = sends_bucket(ports.limits);
    const std::string subject = std::to_string(caller.user.id.value);
    if (auto token = take_token(ports.limiter, bucket, subject); !token)
        return answer_without_token(ports, caller, request, std::move(token).error());

    Attempt attempt;
    auto done = ports.transactions.transact(
        [&](Transaction& transaction) { return run(transaction, caller, request, client_msg_id, attempt); });
    if (!done) return std::move(done).error();
    if (attempt.duplicate) {
        ports.limiter.refund(bucket, subject);
        return SentMessage{std::move(attempt.message), true, Cursor{}};
    }
    ports.announce(attempt.events);
    const Cursor cursor = cursor_of(attempt, caller.user.id);
    return SentMessage{std::move(attempt.message), false, cursor};
}

}  // namespace billet::chat
