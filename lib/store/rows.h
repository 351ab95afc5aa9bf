// lib/store/rows.h — From columns to the model. Each reader says which columns, in which order, it wants.
#pragma once

#include "lib/base/result.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/connection.h"

namespace billet::store {

// id, username, display_name, role = 'admin', created_at, disabled_at IS NOT NULL
inline constexpr unsigned kUserColumns = 6;
chat::User read_user(const Rows& rows, unsigned first = 1);

// id, user_id, refresh_generation, expires_at, revoked_at IS NOT NULL
chat::Session read_session(const Rows& rows, unsigned first = 1);

// user_id, head_cursor, floor_cursor, total_unread, rooms_unread
inline constexpr unsigned kHeadColumns = 5;
chat::LogHead read_head(const Rows& rows, unsigned first = 1);

// id, user1_id, user2_id, created_at, last_seq, last_message_at, user1_read_seq, user2_read_seq, user1_unread, user2_unread,
// user1_held_seq, user2_held_seq
inline constexpr unsigned kRoomColumns = 12;
chat::RoomState read_room(const Rows& rows, unsigned first = 1);

std::optional<Seq> read_held(const Rows& rows, unsigned column);

// seq, id, sender_id, client_msg_id, key_id, content, created_at. is_read stays false.
// kUnavailable when the content cannot be opened, because its key is missing or the row is not what was stored. A page with
// such a message is refused as a whole: an empty or left-out message would pass for the truth, and the client asks again
// once the operator, whom a log line tells room and seq, has brought the key back.
inline constexpr unsigned kMessageColumns = 7;
Result<chat::Message> read_message(const Rows& rows, unsigned first, RoomId room, const crypto::ContentSealer& sealer);

// The same, with is_read as the room's marks say: those that the viewer may see, RoomState::seen_by().
Result<chat::Message> read_message(const Rows& rows, unsigned first, const chat::RoomState& room,
                                   const crypto::ContentSealer& sealer);

}  // namespace billet::store
