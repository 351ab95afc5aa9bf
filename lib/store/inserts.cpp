// lib/store/inserts.cpp — Values of rows.
#include "lib/store/inserts.h"

#include <cstdint>

namespace billet::store {

std::array<Parameter, kMessageValues> values_of(const chat::Message& message, const crypto::Sealed& sealed) {
    return {message.room, message.seq,       message.sender, message.client_msg_id, std::uint64_t{sealed.key_id},
            sealed.bytes, message.created_at};
}

std::array<Parameter, kEventValues> values_of(const chat::EventRow& row) {
    return {row.user, row.cursor,       row.type,         row.room,    row.seq,       row.actor,
            row.flag, row.unread_count, row.total_unread, row.payload, row.created_at};
}

}  // namespace billet::store
