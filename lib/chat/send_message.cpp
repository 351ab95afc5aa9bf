// lib/chat/send_message.cpp — The rule of a send.
#include "lib/chat/send_message.h"

#include <algorithm>
#include <utility>

#include "lib/base/text.h"
#include "lib/chat/message_id.h"
#include "lib/chat/numbering.h"
#include "lib/chat/validate.h"

namespace billet::chat {
namespace {

Cursor cursor_of(const std::vector<Event>& events, UserId sender) {
    const auto own = std::ranges::find(events, sender, &Event::recipient);
    return own == events.end() ? Cursor{} : own->cursor;
}

}  // namespace

MessageWrite::MessageWrite(Origin sender, std::string client_msg_id, SendMessage request)
    : Write(std::move(sender)),
      room_(request.room),
      sender_(origin().user),
      client_msg_id_(std::move(client_msg_id)),
      is_named_(request.client_msg_id.has_value()),
      content_(std::move(request.content)) {}

Result<MessageWrite> MessageWrite::checked(const LimitsConfig& limits, Origin sender, SendMessage request) {
    if (auto valid = check_content(request.content, limits); !valid) return std::move(valid).error();
    if (request.client_msg_id) {
        if (auto valid = check_client_msg_id(*request.client_msg_id); !valid) return std::move(valid).error();
    }
    std::string client_msg_id = request.client_msg_id ? *request.client_msg_id : random_id();
    return MessageWrite(std::move(sender), std::move(client_msg_id), std::move(request));
}

void MessageWrite::decide(Batch& batch, const RoomAnswer& answer) {
    outcome_ = decided(batch, answer);
    // Of a run before this one, whose commit did not happen.
    if (!outcome_ || outcome_->duplicate) events_.clear();
}

Result<SentMessage> MessageWrite::decided(Batch& batch, const RoomAnswer& answer) {
    RoomState* const room = batch.room(room_, sender_);
    if (room == nullptr) return make_error(Code::kNotFound);
    if (!answer.known) return answer.known.error();
    if (*answer.known) return accept_known(**answer.known);
    if (const Message* const added = batch.find_added(room_, sender_, client_msg_id_)) {
        events_.clear();
        return accept_known(*added);
    }
    if (batch.is_blocked(*room) || batch.is_disabled(room->peer_of(sender_))) return make_error(Code::kCannotMessage);
    return store(batch, *room);
}

Result<SentMessage> MessageWrite::accept_known(const Message& known) const {
    if (known.content != content_)
        return make_error(Code::kIdempotencyConflict, "client_msg_id was used for other content");
    // Another request may have taken the place that the run before had in mind; its time tells the
    // two apart.
    const bool ours = outcome_ && !events_.empty() && outcome_->message.id == known.id &&
                      outcome_->message.created_at == known.created_at;
    return SentMessage{known, !ours, ours ? cursor_of(events_, sender_) : Cursor{}};
}

Result<SentMessage> MessageWrite::store(Batch& batch, RoomState& room) {
    const auto id = message_id(room.id, room.last_seq.next());
    if (!id) return make_error(Code::kInternal, "room " + std::to_string(room.id.value) + " is full");
    room.last_seq = room.last_seq.next();
    room.last_message_at = std::max(now(), room.last_message_at);  // never goes back inside a room
    const std::size_t peer = room.peer_index_of(sender_);
    set_unread(room.unread[peer], batch.head(room.members[peer]), room.unread[peer] + 1);
    const Message message{.id = *id,
                          .room = room.id,
                          .seq = room.last_seq,
                          .sender = sender_,
                          .client_msg_id = client_msg_id_,
                          .content = content_,
                          .created_at = room.last_message_at,
                          .is_read = false};
    const std::size_t mark = batch.mark();
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        LogHead& head = batch.head(room.members[i]);
        batch.append({.recipient = head.user,
                      .cursor = take_cursor(head),
                      .created_at = message.created_at,
                      .payload = MessageEvent{message, room.unread[i], head.total_unread}});
    }
    batch.add(message);
    events_ = batch.events_since(mark);
    return SentMessage{message, false, cursor_of(events_, sender_)};
}

void MessageWrite::go_without_token(Ports& ports, const Error& refusal) {
    if (!is_named_) return fail(refusal);
    auto known = ports.messages.known_message(room_, sender_, client_msg_id_);
    if (!known) return fail(known.error().code == Code::kNotFound ? refusal : known.error());
    if (!known->has_value()) return fail(refusal);
    outcome_ = accept_known(**known);
}

Result<SentMessage> send_message(Ports& ports, const Caller& caller, const SendMessage& request) {
    auto write = MessageWrite::checked(ports.limits, {.user = caller.user, .cause = ports.cause}, request);
    if (!write) return std::move(write).error();
    carry_out(ports, *write);
    return write->outcome();
}

}  // namespace billet::chat
