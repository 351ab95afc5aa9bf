// lib/store/events.cpp — Reading rows of user_events.
#include "lib/store/events.h"

#include <string>
#include <utility>

namespace billet::store {
namespace {

Result<void> add_message(chat::EventRow& row, std::optional<SealedRow> message, crypto::ContentOpener& opener) {
    if (!message || !chat::is_told_with_message(row.type)) return {};
    auto opened = open_message(*std::move(message), row.room, opener);
    if (!opened) return std::move(opened).error();
    row.message = std::move(opened).value();
    return {};
}

}  // namespace

chat::EventRow read_event_row(Columns& columns, UserId user) {
    return {.user = user,
            .cursor = columns.id<Cursor>(),
            .type = columns.number(),
            .room = columns.id<RoomId>(),
            .seq = columns.id<Seq>(),
            .actor = columns.id<UserId>(),
            .flag = columns.flag(),
            .unread_count = columns.number(),
            .total_unread = columns.number(),
            .payload = columns.text(),
            .created_at = columns.time(),
            .message = {}};
}

Result<chat::Event> event_of(chat::EventRow row, std::optional<SealedRow> message, crypto::ContentOpener& opener) {
    if (auto added = add_message(row, std::move(message), opener); !added) return std::move(added).error();
    const UserId user = row.user;
    const Cursor cursor = row.cursor;
    if (auto event = chat::event_of(std::move(row))) return std::move(*event);
    return make_error(Code::kInternal, "event " + std::to_string(cursor.value) + " of user " +
                                           std::to_string(user.value) + " is broken");
}

}  // namespace billet::store
