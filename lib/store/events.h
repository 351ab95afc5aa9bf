// lib/store/events.h — Rows of user_events as they are read. lib/chat/events says which columns a
// type of event uses.
#pragma once

#include "lib/chat/events.h"
#include "lib/store/rows.h"

namespace billet::store {

// The stored numbers of the types that are told with their message: "1,5".
template <std::size_t From = 0>
constexpr auto types_told_with_message() {
    constexpr auto next = [](std::size_t from) {
        while (from < chat::kEventTypes.size() && !chat::kEventTypes[from].with_message) ++from;
        return from;
    };
    constexpr std::size_t at = next(From);
    constexpr auto number = sql_number<chat::kEventTypes[at].number>();
    if constexpr (next(at + 1) == chat::kEventTypes.size())
        return number;
    else
        return number + "," + types_told_with_message<at + 1>();
}

// Of `user_events e`.
inline constexpr auto kEventColumns =
    "e.`cursor`, e.type, e.room_id, e.seq, e.actor_id, e.flag, e.unread_count, e.total_unread, e.payload, " +
    time_column("e.created_at");
chat::EventRow read_event_row(Columns& columns, UserId user);

// `message`: the one that room_id and seq name, where the type is told with it. kUnavailable as
// open_message; kInternal for a row that no version of Billet wrote.
Result<chat::Event> event_of(chat::EventRow row, std::optional<SealedRow> message, crypto::ContentOpener& opener);

}  // namespace billet::store
