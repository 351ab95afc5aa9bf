// lib/chat/mark_read.cpp — The read transaction.
#include "lib/chat/mark_read.h"

#include <algorithm>
#include <cstdint>

#include "lib/chat/numbering.h"

namespace billet::chat {
namespace {

struct Attempt {
    ReadMark mark;
    std::vector<Event> events;
};

ReadMark standing_mark(const RoomState& state, const LogHead& head, UserId reader) {
    const std::size_t own = state.index_of(reader);
    return {.room = state.id,
            .seq = state.read_seq[own],
            .unread_count = state.unread[own],
            .total_unread = head.total_unread,
            .moved = false};
}

// The peer's messages that stay unread beyond the new mark.
Result<std::uint64_t> unread_beyond(Transaction& transaction, const RoomState& state, UserId reader, Seq mark) {
    if (mark == state.last_seq) return std::uint64_t{0};
    return transaction.count_messages(state.id, state.peer_of(reader), mark, state.last_seq);
}

// Across a block only the reader learns of it.
std::vector<Event> read_events(const RoomState& state, std::array<LogHead, 2>& heads, UserId reader, MessageId message,
                               bool blocked) {
    std::vector<Event> events;
    const Time time = now();
    const Seq mark = state.read_seq[state.index_of(reader)];
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        if (blocked && state.members[i] != reader) continue;
        events.push_back(
            {.recipient = state.members[i],
             .cursor = take_cursor(heads[i]),
             .created_at = time,
             .payload = ReadEvent{state.id, message, reader, mark, state.unread[i], heads[i].total_unread}});
    }
    return events;
}

// Across a block the peer goes on seeing the mark of before; the end of the block shows where it
// stands then (blocks.cpp).
void move_mark(RoomState& state, std::size_t own, Seq target, bool blocked) {
    if (!blocked) {
        state.held_seq[own].reset();
    } else if (!state.held_seq[own]) {
        state.held_seq[own] = state.read_seq[own];
    }
    state.read_seq[own] = target;
}

Result<void> run(Transaction& transaction, UserId reader, RoomId room_id, std::optional<Seq> seq, Attempt& attempt) {
    auto room = transaction.lock_room(room_id, reader, {});
    if (!room) return std::move(room).error();
    RoomState& state = room->state;
    const std::size_t own = state.index_of(reader);
    const Seq target = std::min(seq.value_or(state.last_seq), state.last_seq);
    if (target <= state.read_seq[own]) {
        attempt.mark = standing_mark(state, room->heads[own], reader);
        return {};
    }
    auto unread = unread_beyond(transaction, state, reader, target);
    if (!unread) return std::move(unread).error();
    auto message = transaction.message_id_at(room_id, target);
    if (!message) return std::move(message).error();
    move_mark(state, own, target, room->blocked);
    set_unread(state.unread[own], room->heads[own], *unread);
    attempt.events = read_events(state, room->heads, reader, *message, room->blocked);
    attempt.mark = standing_mark(state, room->heads[own], reader);
    attempt.mark.moved = true;
    if (auto saved = transaction.save_room(state, room->heads); !saved) return saved;
    return transaction.append_events(attempt.events);
}

}  // namespace

Result<ReadMark> mark_room_read(Ports& ports, const Caller& caller, RoomId room, std::optional<Seq> seq) {
    Attempt attempt;
    auto done = ports.transactions.transact(
        [&](Transaction& transaction) { return run(transaction, caller.user.id, room, seq, attempt); });
    if (!done) return std::move(done).error();
    if (attempt.mark.moved) ports.announce(attempt.events);
    return attempt.mark;
}

Result<ReadMark> mark_message_read(Ports& ports, const Caller& caller, MessageId message_id) {
    auto message = ports.messages.message(message_id, caller.user.id);
    if (!message) return std::move(message).error();
    const Seq seq = message->sender == caller.user.id ? Seq{} : message->seq;
    return mark_room_read(ports, caller, message->room, seq);
}

}  // namespace billet::chat
