// lib/chat/model.cpp — Small views of the model.
#include "lib/chat/model.h"

namespace billet::chat {
namespace {

struct TypeName {
    std::string_view operator()(const MessageEvent& /*event*/) const { return "chat_message"; }
    std::string_view operator()(const ReadEvent& /*event*/) const { return "message_read"; }
    std::string_view operator()(const RoomCreatedEvent& /*event*/) const { return "room_created"; }
    std::string_view operator()(const BlockEvent& /*event*/) const { return "block_updated"; }
};

}  // namespace

UserCard card_of(const User& user) {
    return {user.id, user.username, user.display_name};
}

RoomState RoomState::seen_by(UserId viewer) const {
    RoomState seen = *this;
    const std::size_t peer = peer_index_of(viewer);
    seen.read_seq[peer] = held_seq[peer].value_or(read_seq[peer]);
    return seen;
}

std::string_view event_type(const Event& event) {
    return std::visit(TypeName{}, event.payload);
}

}  // namespace billet::chat
