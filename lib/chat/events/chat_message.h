// lib/chat/events/chat_message.h — A message was sent. To both members.
#pragma once

#include <cstdint>
#include <utility>

#include "lib/chat/events/row.h"

namespace billet::chat {

struct MessageEvent {
    static constexpr EventType kType{.name = "chat_message", .number = 1, .with_message = true};

    Message message;
    std::uint64_t unread_count = 0;  // the recipient's, of this room, as of the event
    std::uint64_t total_unread = 0;

    bool operator==(const MessageEvent&) const = default;

    void keep(EventRow& row) const {
        row.room = message.room;
        row.seq = message.seq;
        row.unread_count = unread_count;
        row.total_unread = total_unread;
    }

    static std::optional<MessageEvent> kept(EventRow&& row) {
        if (!row.message) return std::nullopt;
        return MessageEvent{std::move(*row.message), row.unread_count, row.total_unread};
    }

    template <typename Members>
    void write(Members& members) const {
        members.add("room_id", message.room);
        members.add("message", message);
        members.add("unread_count", unread_count);
        members.add("total_unread", total_unread);
    }
};

}  // namespace billet::chat
