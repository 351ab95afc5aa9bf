// lib/chat/events.h — The entries of a user's log, and the list of their types: a file each in
// lib/chat/events, an alternative each here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "lib/chat/events/block_updated.h"
#include "lib/chat/events/chat_message.h"
#include "lib/chat/events/message_read.h"
#include "lib/chat/events/room_created.h"

namespace billet::chat {

using EventPayload = std::variant<MessageEvent, ReadEvent, RoomCreatedEvent, BlockEvent>;

// It never changes once committed.
struct Event {
    UserId recipient;
    Cursor cursor;
    Time created_at;
    EventPayload payload;

    bool operator==(const Event&) const = default;
};

namespace events {

template <typename Payload>
struct TypesOf;
template <typename... Each>
struct TypesOf<std::variant<Each...>> {
    static constexpr std::array kAll{Each::kType...};
};

}  // namespace events

inline constexpr auto kEventTypes = events::TypesOf<EventPayload>::kAll;

namespace events {

constexpr bool are_told_apart() {
    for (std::size_t i = 0; i < kEventTypes.size(); ++i) {
        if (kEventTypes[i].number == 0) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (kEventTypes[i].name == kEventTypes[j].name || kEventTypes[i].number == kEventTypes[j].number)
                return false;
        }
    }
    return true;
}
static_assert(are_told_apart());

}  // namespace events

const EventType& event_type(const Event& event);

// Of a stored number.
bool is_told_with_message(std::uint64_t type);

EventRow row_of(const Event& event);
// nullopt for a row that no version wrote. A type that is told with its message must have it,
// unless it does not exist.
std::optional<Event> event_of(EventRow&& row);

}  // namespace billet::chat
