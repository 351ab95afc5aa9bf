// lib/store/events.cpp — Writing and reading rows of user_events.
#include "lib/store/events.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace billet::store {
namespace {

struct Fill {
    EventRow& row;

    void operator()(const chat::MessageEvent& event) const {
        row.type = EventType::kMessage;
        row.room = event.message.room;
        row.seq = event.message.seq;
        row.unread_count = event.unread_count;
        row.total_unread = event.total_unread;
    }
    void operator()(const chat::ReadEvent& event) const {
        row.type = EventType::kRead;
        row.room = event.room;
        row.seq = event.seq;
        row.actor = event.reader;
        row.unread_count = event.unread_count;
        row.total_unread = event.total_unread;
    }
    void operator()(const chat::RoomCreatedEvent& event) const {
        // The room is told as it was made: its other members follow from these.
        assert(event.room.last_seq == Seq{} && event.room.created_at == row.created_at);
        row.type = EventType::kRoomCreated;
        row.room = event.room.id;
        row.actor = event.room.peer.id;
        row.payload = event.room.peer.username + '\0' + event.room.peer.display_name;
    }
    void operator()(const chat::BlockEvent& event) const {
        row.type = EventType::kBlock;
        row.actor = event.user;
        row.flag = event.blocked;
    }
};

Error broken(const EventRow& row) {
    return make_error(Code::kInternal, "event " + std::to_string(row.cursor.value) + " of user " +
                                           std::to_string(row.user.value) + " is broken");
}

chat::RoomCreatedEvent room_created(const EventRow& row) {
    const std::size_t end = std::min(row.payload.find('\0'), row.payload.size());
    chat::Room room;
    room.id = row.room;
    room.user1 = std::min(row.user, row.actor);
    room.user2 = std::max(row.user, row.actor);
    room.created_at = row.created_at;
    room.peer = {row.actor, row.payload.substr(0, end), row.payload.substr(std::min(end + 1, row.payload.size()))};
    return {std::move(room)};
}

}  // namespace

EventRow row_of(const chat::Event& event) {
    EventRow row;
    row.user = event.recipient;
    row.cursor = event.cursor;
    row.created_at = event.created_at;
    std::visit(Fill{row}, event.payload);
    return row;
}

EventRow read_event_row(Columns& columns, UserId user) {
    return {.user = user,
            .cursor = columns.id<Cursor>(),
            .type = EventType{columns.number()},
            .room = columns.id<RoomId>(),
            .seq = columns.id<Seq>(),
            .actor = columns.id<UserId>(),
            .flag = columns.flag(),
            .unread_count = columns.number(),
            .total_unread = columns.number(),
            .payload = columns.text(),
            .created_at = columns.time()};
}

Result<chat::Event> event_of(const EventRow& row, std::optional<SealedRow> message,
                             const crypto::ContentSealer& sealer) {
    chat::Event event{
        .recipient = row.user, .cursor = row.cursor, .created_at = row.created_at, .payload = chat::BlockEvent{}};
    switch (row.type) {
        case EventType::kMessage: {
            if (!message) return broken(row);
            auto opened = open_message(*std::move(message), row.room, sealer);
            if (!opened) return std::move(opened).error();
            event.payload = chat::MessageEvent{std::move(opened).value(), row.unread_count, row.total_unread};
            return event;
        }
        case EventType::kRead:
            if (!message) return broken(row);
            event.payload =
                chat::ReadEvent{row.room, message->id, row.actor, row.seq, row.unread_count, row.total_unread};
            return event;
        case EventType::kRoomCreated: event.payload = room_created(row); return event;
        case EventType::kBlock: event.payload = chat::BlockEvent{row.actor, row.flag}; return event;
    }
    return broken(row);
}

}  // namespace billet::store
