// lib/chat/numbering.h — The arithmetic of unread totals and log heads, in one place so that no use
// case can disagree with another.
#pragma once

#include <cstdint>

#include "lib/chat/model.h"

namespace billet::chat {

// The cursor of the next event of this log.
inline Cursor take_cursor(LogHead& head) {
    head.head = head.head.next();
    return head.head;
}

// Sets a room's unread count of one member and carries the difference into that member's totals.
inline void set_unread(std::uint64_t& room_unread, LogHead& head, std::uint64_t count) {
    if (room_unread == 0 && count > 0) ++head.rooms_unread;
    if (room_unread > 0 && count == 0) --head.rooms_unread;
    head.total_unread = head.total_unread - room_unread + count;
    room_unread = count;
}

}  // namespace billet::chat
