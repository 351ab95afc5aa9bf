// lib/store/inserts.h — Rows of messages and events on their way in: the columns that are written,
// and their values in the same order.
#pragma once

#include <array>

#include "lib/chat/events.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/database_connection.h"
#include "lib/store/sql.h"

namespace billet::store {

inline constexpr auto kWrittenMessageColumns =
    sql_text("room_id, seq, sender_id, client_msg_id, key_id, content, created_at");
inline constexpr auto kWrittenEventColumns =
    sql_text("user_id, `cursor`, type, room_id, seq, actor_id, flag, unread_count, total_unread, payload, created_at");
inline constexpr std::size_t kMessageValues = columns_in(kWrittenMessageColumns);
inline constexpr std::size_t kEventValues = columns_in(kWrittenEventColumns);

// For `Rows` rows at once.
template <std::size_t Rows>
inline constexpr auto kInsertMessages = "INSERT INTO chat_messages (" + kWrittenMessageColumns + ") VALUES " +
                                        rows_of_places<Rows, kMessageValues>();
template <std::size_t Rows>
inline constexpr auto kInsertEvents = "INSERT INTO user_events (" + kWrittenEventColumns + ") VALUES " +
                                      rows_of_places<Rows, kEventValues>();

// They refer to their arguments.
std::array<Parameter, kMessageValues> values_of(const chat::Message& message, const crypto::Sealed& sealed);
std::array<Parameter, kEventValues> values_of(const chat::EventRow& row);

}  // namespace billet::store
