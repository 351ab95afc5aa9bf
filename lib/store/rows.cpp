// lib/store/rows.cpp — Reading columns.
#include "lib/store/rows.h"

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
    const Seq seq{rows.number(first)};
    const UserId sender{rows.number(first + 2)};
    const auto key_id = static_cast<std::uint16_t>(rows.number(first + 4));
    auto content = sealer.open(key_id, room, seq, sender, rows.text(first + 5));
    if (!content) return unreadable(room, seq, content.error());
    return chat::Message{.id = MessageId{rows.number(first + 1)},
                         .room = room,
                         .seq = seq,
                         .sender = sender,
                         .client_msg_id = rows.text(first + 3),
                         .content = std::move(content).value(),
                         .created_at = rows.time(first + 6),
                         .is_read = false};
}

Result<chat::Message> read_message(const Rows& rows, unsigned first, const chat::RoomState& room,
                                   const crypto::ContentSealer& sealer) {
    auto message = read_message(rows, first, room.id, sealer);
    if (message) message->is_read = message->seq <= room.read_seq[room.peer_index_of(message->sender)];
    return message;
}

}  // namespace billet::store
