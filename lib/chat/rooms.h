// lib/chat/rooms.h — Opening and listing rooms, and reading their history.
#pragma once

#include <optional>

#include "lib/chat/ports.h"

namespace billet::chat {

struct OpenedRoom {
    Room room;
    bool created = false;
};

// Gets the room of the caller and `other`, or makes it (room_created to both). An existing one is
// always returned and costs no token.
// Errors: kInvalidArgument (oneself), kNotFound (no such user), kCannotMessage (a new one across a
// block or with a disabled user), kRateLimited (a new one), kUnavailable.
Result<OpenedRoom> open_room(Ports& ports, const Caller& caller, UserId other);

// `limit` as asked for; cut to [limits] rooms_page_max.
Result<RoomPage> list_rooms(Ports& ports, const Caller& caller, const std::optional<RoomPosition>& after,
                            std::size_t limit);

// kNotFound for whoever is not a member.
Result<Room> get_room(Ports& ports, const Caller& caller, RoomId room);
// The same; `limit` is cut to [limits] messages_page_max.
Result<HistoryPage> read_history(Ports& ports, const Caller& caller, RoomId room, const HistoryPosition& position,
                                 std::size_t limit);
Result<Message> get_message(Ports& ports, const Caller& caller, MessageId message);

}  // namespace billet::chat
