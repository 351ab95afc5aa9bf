// lib/chat/events/block_updated.h — A user was blocked, or is not any more. To the blocker alone.
#pragma once

#include "lib/chat/events/row.h"

namespace billet::chat {

struct BlockEvent {
    static constexpr EventType kType{.name = "block_updated", .number = 4, .with_message = false};

    UserId user;
    bool blocked = false;

    bool operator==(const BlockEvent&) const = default;

    void keep(EventRow& row) const {
        row.actor = user;
        row.flag = blocked;
    }

    static std::optional<BlockEvent> kept(EventRow&& row) { return BlockEvent{row.actor, row.flag}; }

    template <typename Members>
    void write(Members& members) const {
        members.add("user_id", user);
        members.add("blocked", blocked);
    }
};

}  // namespace billet::chat
