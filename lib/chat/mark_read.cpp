// lib/chat/mark_read.cpp — The rule of a read mark.
#include "lib/chat/mark_read.h"

#include <algorithm>
#include <cstdint>

#include "lib/chat/numbering.h"

namespace billet::chat {
namespace {

// Across a block the peer goes on seeing the mark of before; the end of the block shows where it
// stands then (blocks.cpp).
void move_mark(RoomState& room, std::size_t own, Seq target, bool blocked) {
    if (!blocked) {
        room.held_seq[own].reset();
    } else if (!room.held_seq[own]) {
        room.held_seq[own] = room.read_seq[own];
    }
    room.read_seq[own] = target;
}

}  // namespace

void ReadWrite::decide(Batch& batch, const RoomAnswer& answer) {
    outcome_ = decided(batch, answer);
}

ReadMark ReadWrite::mark_of(Batch& batch, const RoomState& room, bool moved) const {
    const std::size_t own = room.index_of(reader_);
    return {.room = room.id,
            .seq = room.read_seq[own],
            .unread_count = room.unread[own],
            .total_unread = batch.head(reader_).total_unread,
            .moved = moved};
}

Result<ReadMark> ReadWrite::decided(Batch& batch, const RoomAnswer& answer) {
    events_.clear();
    RoomState* const room = batch.room(room_, reader_);
    if (room == nullptr) return make_error(Code::kNotFound);
    const std::size_t own = room->index_of(reader_);
    const Seq target = std::min(seq_.value_or(room->last_seq), room->last_seq);
    if (target <= room->read_seq[own]) return mark_of(batch, *room, false);

    // The peer's messages that stay unread beyond the new mark.
    const std::uint64_t unread =
        target == room->last_seq ? 0 : answer.unread_above + batch.count_added(room_, room->peer_of(reader_), target);
    const bool blocked = batch.is_blocked(*room);
    move_mark(*room, own, target, blocked);
    set_unread(room->unread[own], batch.head(reader_), unread);
    const std::size_t mark = batch.mark();
    const Time time = now();
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        if (blocked && i != own) continue;  // only the reader learns of it
        LogHead& head = batch.head(room->members[i]);
        batch.append({.recipient = head.user,
                      .cursor = take_cursor(head),
                      .created_at = time,
                      .payload = ReadEvent{room_, reader_, target, room->unread[i], head.total_unread}});
    }
    events_ = batch.events_since(mark);
    return mark_of(batch, *room, true);
}

Result<ReadMark> mark_room_read(Ports& ports, const Caller& caller, RoomId room, std::optional<Seq> seq) {
    ReadWrite write({.user = caller.user, .cause = ports.cause}, room, seq);
    carry_out(ports, write);
    return write.outcome();
}

Result<ReadTarget> target_of(Ports& ports, const Caller& caller, MessageId message_id) {
    auto message = ports.messages.message(message_id, caller.user);
    if (!message) return std::move(message).error();
    return ReadTarget{message->room, message->sender == caller.user ? Seq{} : message->seq};
}

}  // namespace billet::chat
