// lib/chat/events/message_read.h — A member has read up to a message. To both members; across a
// block to the reader alone until it ends.
#pragma once

#include <cstdint>

#include "lib/chat/events/row.h"
#include "lib/chat/message_id.h"

namespace billet::chat {

struct ReadEvent {
    static constexpr EventType kType{.name = "message_read", .number = 2, .with_message = false};

    RoomId room;
    UserId reader;
    Seq seq;                         // everything up to it has been read by `reader`
    std::uint64_t unread_count = 0;  // the recipient's, as of the event
    std::uint64_t total_unread = 0;

    bool operator==(const ReadEvent&) const = default;

    void keep(EventRow& row) const {
        row.room = room;
        row.seq = seq;
        row.actor = reader;
        row.unread_count = unread_count;
        row.total_unread = total_unread;
    }

    static std::optional<ReadEvent> kept(EventRow&& row) {
        return ReadEvent{row.room, row.actor, row.seq, row.unread_count, row.total_unread};
    }

    template <typename Members>
    void write(Members& members) const {
        members.add("room_id", room);
        members.add("message_id", message_id(room, seq).value_or(MessageId{}));
        members.add("reader_id", reader);
        members.add("seq", seq);
        members.add("unread_count", unread_count);
        members.add("total_unread", total_unread);
    }
};

}  // namespace billet::chat
