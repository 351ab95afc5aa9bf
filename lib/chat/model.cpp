// lib/chat/model.cpp — Small views of the model.
#include "lib/chat/model.h"

namespace billet::chat {

UserCard card_of(const User& user) {
    return {user.id, user.username, user.display_name};
}

RoomState RoomState::seen_by(UserId viewer) const {
    RoomState seen = *this;
    const std::size_t peer = peer_index_of(viewer);
    seen.read_seq[peer] = held_seq[peer].value_or(read_seq[peer]);
    return seen;
}

}  // namespace billet::chat
