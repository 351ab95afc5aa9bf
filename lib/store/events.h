// lib/store/events.h — Events as rows of user_events, both ways.
//
// type  1 chat_message  room_id, seq: the message; unread_count, total_unread
//       2 message_read  room_id, seq: the message; actor_id: the reader; unread_count, total_unread
//       3 room_created  room_id; actor_id: the peer; payload: the peer's username NUL display name, as of then
//       4 block_updated actor_id: the blocked user; flag: blocked
#pragma once

#include <string>

#include "lib/store/rows.h"

namespace billet::store {

// Type numbers are stored: they never change.
enum class EventType : std::uint64_t { kMessage = 1, kRead = 2, kRoomCreated = 3, kBlock = 4 };

struct EventRow {
    UserId user;
    Cursor cursor;
    EventType type = EventType::kMessage;
    RoomId room;
    Seq seq;
    UserId actor;
    bool flag = false;
    std::uint64_t unread_count = 0;
    std::uint64_t total_unread = 0;
    std::string payload;
    Time created_at;
};

EventRow row_of(const chat::Event& event);

// Of `user_events e`.
inline constexpr auto kEventColumns = sql_text(
    "e.`cursor`, e.type, e.room_id, e.seq, e.actor_id, e.flag, e.unread_count, e.total_unread, e.payload, "
    "e.created_at");
EventRow read_event_row(Columns& columns, UserId user);

// `message`: the one that room_id and seq name, its content wanted when the type is 1 only. kUnavailable as open_message; kInternal for a row that
// no version of Billet wrote.
Result<chat::Event> event_of(const EventRow& row, std::optional<SealedRow> message,
                             const crypto::ContentSealer& sealer);

}  // namespace billet::store
