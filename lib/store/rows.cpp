// lib/store/rows.cpp — Reading columns.
#include "lib/store/rows.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/log.h"
#include "lib/chat/message_id.h"

namespace billet::store {
namespace {

Error unreadable(RoomId room, Seq seq, const Error& why) {
    LogLine(LogLevel::kError, "message_unreadable")
        .with("room", room.value)
        .with("seq", seq.value)
        .with("reason", why.reason);
    return unavailable(why.detail);
}

SealedRow read_stored(Columns& columns) {
    return {.seq = columns.id<Seq>(),
            .sender = columns.id<UserId>(),
            .client_msg_id = columns.text(),
            .key_id = static_cast<std::uint16_t>(columns.number()),
            .content = columns.text_or_none(),
            .created_at = columns.time()};
}

}  // namespace

chat::User read_user(Columns& columns) {
    return {.id = columns.id<UserId>(),
            .username = columns.text(),
            .display_name = columns.text(),
            .role = columns.flag() ? chat::Role::kAdmin : chat::Role::kUser,
            .created_at = columns.time(),
            .disabled = columns.flag()};
}

chat::Session read_session(Columns& columns) {
    return {.id = columns.text(),
            .user = columns.id<UserId>(),
            .refresh_generation = columns.number(),
            .expires_at = columns.time(),
            .revoked = columns.flag()};
}

chat::LogHead read_head(Columns& columns) {
    return {.user = columns.id<UserId>(),
            .head = columns.id<Cursor>(),
            .floor = columns.id<Cursor>(),
            .total_unread = columns.number(),
            .rooms_unread = columns.number()};
}

chat::RoomState read_room(Columns& columns) {
    return {.id = columns.id<RoomId>(),
            .members = {columns.id<UserId>(), columns.id<UserId>()},
            .created_at = columns.time(),
            .last_seq = columns.id<Seq>(),
            .last_message_at = columns.time(),
            .read_seq = {columns.id<Seq>(), columns.id<Seq>()},
            .unread = {columns.number(), columns.number()},
            .held_seq = {columns.id_or_none<Seq>(), columns.id_or_none<Seq>()}};
}

std::optional<SealedRow> read_sealed(Columns& columns) {
    if (columns.is_null()) return std::nullopt;
    return read_stored(columns);
}

std::optional<SealedRow> read_sealed_of_page(Columns& columns) {
    auto sealed = read_sealed(columns);
    if (!sealed) return sealed;
    if (sealed->content) {
        sealed->content_bytes = sealed->content->size();
        columns.skip(1);
    } else {
        sealed->is_held_back = !columns.is_null();
        sealed->content_bytes = columns.number();
    }
    return sealed;
}

Result<chat::Message> open_message(SealedRow sealed, RoomId room, crypto::ContentOpener& opener) {
    auto content = opener.open(sealed.key_id, room, sealed.seq, sealed.sender,
                               sealed.content ? *std::move(sealed.content) : std::string{});
    if (!content) return unreadable(room, sealed.seq, content.error());
    return chat::Message{.id = chat::message_id(room, sealed.seq).value_or(MessageId{}),
                         .room = room,
                         .seq = sealed.seq,
                         .sender = sealed.sender,
                         .client_msg_id = std::move(sealed.client_msg_id),
                         .content = std::move(content).value(),
                         .created_at = sealed.created_at,
                         .is_read = false};
}

Result<chat::Message> open_message(SealedRow sealed, const chat::RoomState& room, crypto::ContentOpener& opener) {
    auto message = open_message(std::move(sealed), room.id, opener);
    if (message) message->is_read = message->seq <= room.read_seq[room.peer_index_of(message->sender)];
    return message;
}

std::uint64_t text_share(chat::PageBound bound) {
    return std::min<std::uint64_t>(bound.bytes / std::max<std::size_t>(bound.items, 1), kAnyText);
}

}  // namespace billet::store
