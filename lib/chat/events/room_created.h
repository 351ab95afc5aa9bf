// lib/chat/events/room_created.h — A room was opened. To both members, each as it sees the room:
// empty.
//
// Its row's actor is the peer, its payload the peer's username, a NUL byte and the peer's display
// name, as of then. The room's other members follow from these.
#pragma once

#include <algorithm>
#include <cassert>
#include <utility>

#include "lib/chat/events/row.h"

namespace billet::chat {

struct RoomCreatedEvent {
    static constexpr EventType kType{.name = "room_created", .number = 3, .with_message = false};

    Room room;  // as the recipient saw it then

    bool operator==(const RoomCreatedEvent&) const = default;

    void keep(EventRow& row) const {
        assert(room.last_seq == Seq{} && room.created_at == row.created_at);
        row.room = room.id;
        row.actor = room.peer.id;
        row.payload = room.peer.username + '\0' + room.peer.display_name;
    }

    static std::optional<RoomCreatedEvent> kept(EventRow&& row) {
        const std::size_t end = std::min(row.payload.find('\0'), row.payload.size());
        Room room;
        room.id = row.room;
        room.user1 = std::min(row.user, row.actor);
        room.user2 = std::max(row.user, row.actor);
        room.created_at = row.created_at;
        room.peer = {row.actor, row.payload.substr(0, end), row.payload.substr(std::min(end + 1, row.payload.size()))};
        return RoomCreatedEvent{std::move(room)};
    }

    template <typename Members>
    void write(Members& members) const {
        members.add("room", room);
    }
};

}  // namespace billet::chat
