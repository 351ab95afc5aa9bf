// lib/store/rows.cpp — Reading columns.
#include "lib/store/rows.h"

#include <algorithm>

#include "lib/base/log.h"

namespace billet::store {
namespace {

Error unreadable(RoomId room, Seq seq, const Error& why) {
    LogLine(LogLevel::kError, "message_unreadable")
        .with("room", room.value)
        .with("seq", seq.value)
        .with("reason", why.reason);
    return unavailable(why.detail);
}

SealedRow read_columns(const Rows& rows, unsigned first) {
    return {.seq = Seq{rows.number(first)},
            .id = MessageId{rows.number(first + 1)},
            .sender = UserId{rows.number(first + 2)},
            .client_msg_id = rows.text(first + 3),
            .key_id = static_cast<std::uint16_t>(rows.number(first + 4)),
            .content = rows.text(first + 5),
            .content_bytes = 0,
            .created_at = rows.time(first + 6)};
}

Result<chat::Message> opened(const SealedRow& sealed, RoomId room, const crypto::ContentSealer& sealer) {
    auto content = sealer.open(sealed.key_id, room, sealed.seq, sealed.sender, sealed.content.value_or(std::string{}));
    if (!content) return unreadable(room, sealed.seq, content.error());
    return chat::Message{.id = sealed.id,
                         .room = room,
                         .seq = sealed.seq,
                         .sender = sealed.sender,
                         .client_msg_id = sealed.client_msg_id,
                         .content = std::move(content).value(),
                         .created_at = sealed.created_at,
                         .is_read = false};
}

}  // namespace

chat::User read_user(const Rows& rows, unsigned first) {
    return {.id = UserId{rows.number(first)},
            .username = rows.text(first + 1),
            .display_name = rows.text(first + 2),
            .role = rows.flag(first + 3) ? chat::Role::kAdmin : chat::Role::kUser,
            .created_at = rows.time(first + 4),
            .disabled = rows.flag(first + 5)};
}

chat::Session read_session(const Rows& rows, unsigned first) {
    return {.id = rows.text(first),
            .user = UserId{rows.number(first + 1)},
            .refresh_generation = rows.number(first + 2),
            .expires_at = rows.time(first + 3),
            .revoked = rows.flag(first + 4)};
}

chat::LogHead read_head(const Rows& rows, unsigned first) {
    return {.user = UserId{rows.number(first)},
            .head = Cursor{rows.number(first + 1)},
            .floor = Cursor{rows.number(first + 2)},
            .total_unread = rows.number(first + 3),
            .rooms_unread = rows.number(first + 4)};
}

std::optional<Seq> read_held(const Rows& rows, unsigned column) {
    return rows.null(column) ? std::nullopt : std::optional{Seq{rows.number(column)}};
}

chat::RoomState read_room(const Rows& rows, unsigned first) {
    return {.id = RoomId{rows.number(first)},
            .members = {UserId{rows.number(first + 1)}, UserId{rows.number(first + 2)}},
            .created_at = rows.time(first + 3),
            .last_seq = Seq{rows.number(first + 4)},
            .last_message_at = rows.time(first + 5),
            .read_seq = {Seq{rows.number(first + 6)}, Seq{rows.number(first + 7)}},
            .unread = {rows.number(first + 8), rows.number(first + 9)},
            .held_seq = {read_held(rows, first + 10), read_held(rows, first + 11)}};
}

Result<chat::Message> read_message(const Rows& rows, unsigned first, RoomId room, const crypto::ContentSealer& sealer) {
    return opened(read_columns(rows, first), room, sealer);
}

std::uint64_t text_share(chat::PageBound bound) {
    return std::min<std::uint64_t>(bound.bytes / std::max<std::size_t>(bound.items, 1), kAnyText);
}

bool is_held_back(const Rows& rows, unsigned first) {
    constexpr unsigned kContent = 5;
    return rows.null(first + kContent) && !rows.null(first + kMessageColumns);
}

std::size_t count_fitting(Rows& rows, unsigned first, const chat::PageMeter& meter) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    do {
        ++count;
        bytes += rows.number(first + kMessageColumns);
    } while (count < meter.items_left() && bytes < meter.bytes_left() && rows.next());
    return count;
}

SealedRow read_sealed(const Rows& rows, unsigned first) {
    SealedRow sealed = read_columns(rows, first);
    if (is_held_back(rows, first)) sealed.content.reset();
    sealed.content_bytes = rows.number(first + kMessageColumns);
    return sealed;
}

Result<chat::Message> open_message(const SealedRow& sealed, const chat::RoomState& room,
                                   const crypto::ContentSealer& sealer) {
    auto message = opened(sealed, room.id, sealer);
    if (message) message->is_read = message->seq <= room.read_seq[room.peer_index_of(message->sender)];
    return message;
}

Result<chat::Message> read_message(const Rows& rows, unsigned first, const chat::RoomState& room,
                                   const crypto::ContentSealer& sealer) {
    return open_message(read_columns(rows, first), room, sealer);
}

}  // namespace billet::store
