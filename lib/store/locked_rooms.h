// lib/store/locked_rooms.h — Locking the rooms of some questions, and reading what belongs to them.
#pragma once

#include <span>

#include "lib/base/result.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/database_connection.h"

namespace billet::store {

// In one round trip, with the beginning of the transaction if that is due; two for a lone question
// with unread_above. Throws sql::SQLException.
chat::LockedRooms lock_rooms(DatabaseConnection& connection, std::span<const chat::RoomQuestion> questions,
                             chat::Patience patience, const crypto::ContentSealer& sealer);

}  // namespace billet::store
