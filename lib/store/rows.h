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

// The same in two steps, for rows that come in any order; is_read as the room's marks say.
struct SealedRow {
    Seq seq;
    MessageId id;
    UserId sender;
    std::string client_msg_id;
    std::uint16_t key_id = 0;
    std::optional<std::string> content;  // nullopt: left out, see below
    std::size_t content_bytes = 0;
    Time created_at;
};
SealedRow read_sealed(const Rows& rows, unsigned first);  // the columns of kSharedMessageColumns
Result<chat::Message> open_message(const SealedRow& sealed, const chat::RoomState& room,
                                   const crypto::ContentSealer& sealer);

// How long a text may be for the first answer to a question about a page of `bound`: its share. What is longer is left out there and fetched by
// a second question, once it is known to have a place on the page: so neither answer is much larger than the page.
std::uint64_t text_share(chat::PageBound bound);
inline constexpr std::uint64_t kAnyText = kIdMax;

// Of a page's rows: the columns of read_message, the content NULL when it is longer than the share, and its length behind them.
inline constexpr unsigned kSharedMessageColumns = kMessageColumns + 1;
// Whether the row has a message whose content was left out.
bool is_held_back(const Rows& rows, unsigned first);
// How many rows, from the one that `rows` stands at, fit into the rest of a page as far as lengths can tell: at least one.
std::size_t count_fitting(Rows& rows, unsigned first, const chat::PageMeter& meter);

// As the first read_message, with is_read as the room's marks say: those that the viewer may see, RoomState::seen_by().
Result<chat::Message> read_message(const Rows& rows, unsigned first, const chat::RoomState& room,
                                   const crypto::ContentSealer& sealer);

}  // namespace billet::store
