// lib/chat/events.cpp — Finding an event's type by what it holds, or by its stored number.
#include "lib/chat/events.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace billet::chat {
namespace {

// Tries the types one after the other.
template <typename... Each>
std::optional<EventPayload> payload_of(EventRow&& row, std::type_identity<std::variant<Each...>> /*types*/) {
    std::optional<EventPayload> payload;
    const auto take = [&]<typename One>(std::type_identity<One>) {
        if (One::kType.number != row.type) return false;
        payload = One::kept(std::move(row));
        return true;
    };
    (take(std::type_identity<Each>{}) || ...);
    return payload;
}

}  // namespace

const EventType& event_type(const Event& event) {
    return std::visit([](const auto& payload) -> const EventType& { return payload.kType; }, event.payload);
}

bool is_told_with_message(std::uint64_t type) {
    return std::ranges::any_of(kEventTypes,
                               [&](const EventType& each) { return each.number == type && each.with_message; });
}

EventRow row_of(const Event& event) {
    EventRow row;
    row.user = event.recipient;
    row.cursor = event.cursor;
    row.type = event_type(event).number;
    row.created_at = event.created_at;
    std::visit([&](const auto& payload) { payload.keep(row); }, event.payload);
    return row;
}

std::optional<Event> event_of(EventRow&& row) {
    const UserId recipient = row.user;
    const Cursor cursor = row.cursor;
    const Time created_at = row.created_at;
    auto payload = payload_of(std::move(row), std::type_identity<EventPayload>{});
    if (!payload) return std::nullopt;
    return Event{recipient, cursor, created_at, std::move(*payload)};
}

}  // namespace billet::chat
