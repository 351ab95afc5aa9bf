// lib/chat/events/row.h — What every type of event says of itself, and the row that keeps one in
// its user's log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/chat/model.h"

namespace billet::chat {

struct EventType {
    std::string_view name;  // in JSON
    std::uint64_t number;   // in the database: it never changes
    bool with_message;      // told with the message that room and seq name
};

// Each type uses some of these; what it does not use stays as it is here.
struct EventRow {
    UserId user;
    Cursor cursor;
    std::uint64_t type = 0;
    RoomId room;
    Seq seq;
    UserId actor;
    bool flag = false;
    std::uint64_t unread_count = 0;
    std::uint64_t total_unread = 0;
    std::string payload;
    Time created_at;

    // When the row of a type that is told with it is read; never written.
    std::optional<Message> message;
};

// An event is a struct with these members, all in its file:
//
//     static constexpr EventType kType;
//     void keep(EventRow& row) const;                          into a row that has user, cursor,
//     type and created_at static std::optional<Itself> kept(EventRow&& row);       nullopt: no
//     version wrote such a row void write(Members& members) const;                      its
//     payload: members.add(name, value) in the order of JSON

}  // namespace billet::chat
