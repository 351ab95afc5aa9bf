// fcgi/reads.cpp — Read marks and unread totals.
#include "fcgi/write_call.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/rooms.h"
#include "lib/chat/sync.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {
namespace {

// Clients get the message or the room as it stands then; wsd gets the mark, for its `ack`.
class ReadCall : public WriteCall {
public:
    ReadCall(chat::ReadWrite write, std::optional<MessageId> message) : write_(std::move(write)), message_(message) {}

    chat::Write& write() override { return write_; }
    Result<Reply> finish(Context& context) override {
        const auto& mark = write_.outcome();
        if (!mark) return mark.error();
        if (context.request.from_wsd) return json_reply(200, wire::read_ack_json(*mark));
        return message_ ? message_reply(context) : room_reply(context, mark->room);
    }

private:
    chat::ReadWrite write_;
    std::optional<MessageId> message_;  // up to which the mark was to go; else a number was named

    Result<Reply> message_reply(Context& context) const {
        auto message = chat::get_message(context.ports, context.caller, *message_);
        if (!message) return std::move(message).error();
        return json_reply(200, wire::message_json(*message, context.caller.user));
    }
    static Result<Reply> room_reply(Context& context, RoomId id) {
        auto room = chat::get_room(context.ports, context.caller, id);
        if (!room) return std::move(room).error();
        return json_reply(200, wire::room_json(*room, context.caller.user));
    }
};

}  // namespace

Result<std::unique_ptr<WriteCall>> prepare_message_read(Context& context) {
    if (auto body = wire::read_nothing(context.request.body, context.limits()); !body) return std::move(body).error();
    const MessageId id{context.path_id};
    const auto target = chat::target_of(context.ports, context.caller, id);
    if (!target) return target.error();
    return std::unique_ptr<WriteCall>(
        std::make_unique<ReadCall>(chat::ReadWrite(origin_of(context), target->room, target->seq), id));
}

Result<std::unique_ptr<WriteCall>> prepare_room_read(Context& context) {
    auto body = wire::read_mark(context.request.body, context.limits());
    if (!body) return std::move(body).error();
    const std::optional<Seq> seq = body->seq ? std::optional{Seq{*body->seq}} : std::nullopt;
    return std::unique_ptr<WriteCall>(
        std::make_unique<ReadCall>(chat::ReadWrite(origin_of(context), RoomId{context.path_id}, seq), std::nullopt));
}

Result<Reply> get_unread(Context& context) {
    auto unread = chat::get_unread(context.ports, context.caller);
    if (!unread) return std::move(unread).error();
    return json_reply(200, wire::unread_json(*unread));
}

}  // namespace billet::fcgi
