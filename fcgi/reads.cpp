// fcgi/reads.cpp — Read marks and unread totals.
#include "fcgi/handlers.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/rooms.h"
#include "lib/chat/sync.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {

// Clients get the message as it stands then; wsd gets the mark, for its `ack`.
Result<Reply> mark_message_read(Context& context) {
    if (auto body = wire::read_nothing(context.request.body, context.limits()); !body) return std::move(body).error();
    const MessageId id{context.path_id};
    auto mark = chat::mark_message_read(context.ports, context.caller, id);
    if (!mark) return std::move(mark).error();
    if (context.request.from_wsd) return json_reply(200, wire::read_ack_json(*mark));
    auto message = chat::get_message(context.ports, context.caller, id);
    if (!message) return std::move(message).error();
    return json_reply(200, wire::message_json(*message, context.caller.user));
}

Result<Reply> mark_room_read(Context& context) {
    auto body = wire::read_mark(context.request.body, context.limits());
    if (!body) return std::move(body).error();
    const RoomId id{context.path_id};
    const std::optional<Seq> seq = body->seq ? std::optional{Seq{*body->seq}} : std::nullopt;
    auto mark = chat::mark_room_read(context.ports, context.caller, id, seq);
    if (!mark) return std::move(mark).error();
    if (context.request.from_wsd) return json_reply(200, wire::read_ack_json(*mark));
    auto room = chat::get_room(context.ports, context.caller, id);
    if (!room) return std::move(room).error();
    return json_reply(200, wire::room_json(*room, context.caller.user));
}

Result<Reply> get_unread(Context& context) {
    auto unread = chat::get_unread(context.ports, context.caller);
    if (!unread) return std::move(unread).error();
    return json_reply(200, wire::unread_json(*unread));
}

}  // namespace billet::fcgi
