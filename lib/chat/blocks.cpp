// lib/chat/blocks.cpp — Blocking and typing.
#include "lib/chat/blocks.h"

#include <algorithm>

#include "lib/base/config/limits.h"
#include "lib/chat/numbering.h"

namespace billet::chat {
namespace {

struct Change {
    UserId blocker;
    UserId other;
    bool blocked = false;
    std::optional<RoomId> room;  // of the two, as far as it was known before the transaction
};

struct Attempt {
    std::vector<Event> events;
    std::optional<RoomId> room;  // turned up meanwhile: begin anew with it
};

// The blocker's head is locked, as every send between the two locks it too: a send comes wholly
// before the block or sees it.
Result<void> change_block(Transaction& transaction, const Change& change, LogHead& head, Attempt& attempt) {
    auto changed = transaction.set_block(change.blocker, change.other, change.blocked);
    if (!changed) return std::move(changed).error();
    if (!*changed) return {};
    attempt.events = {{change.blocker, take_cursor(head), now(), BlockEvent{change.other, change.blocked}}};
    return {};
}

Result<void> run_alone(Transaction& transaction, const Change& change, Attempt& attempt) {
    auto head = transaction.lock_head(change.blocker);
    if (!head) return std::move(head).error();
    if (!change.blocked) {
        // Where a block stands no room is made any more, so this look is the last.
        auto room = transaction.find_room(change.blocker, change.other);
        if (!room) return std::move(room).error();
        attempt.room = *room;
        if (attempt.room) return {};
    }
    const Cursor before = head->head;
    if (auto done = change_block(transaction, change, *head, attempt); !done) return done;
    if (head->head == before) return {};
    if (auto saved = transaction.save_heads({&*head, 1}); !saved) return saved;
    return transaction.append_events(attempt.events);
}

// What was held back of this member's mark is due to the peer.
Result<void> release_mark(Transaction& transaction, LockedRoom& room, std::size_t member, Attempt& attempt) {
    RoomState& state = room.state;
    if (!state.held_seq[member]) return {};
    state.held_seq[member].reset();
    const Seq mark = state.read_seq[member];
    auto message = transaction.message_id_at(state.id, mark);
    if (!message) return std::move(message).error();
    const std::size_t peer = 1 - member;
    LogHead& head = room.heads[peer];
    const ReadEvent read{state.id, *message, state.members[member], mark, state.unread[peer], head.total_unread};
    const Event due{
        .recipient = state.members[peer], .cursor = take_cursor(head), .created_at = now(), .payload = read};
    attempt.events.push_back(due);
    return {};
}

// Taking a block back where there is a room: what came due meanwhile goes out in the same
// transaction, if it was the last block of the two.
Result<void> run_in_room(Transaction& transaction, const Change& change, Attempt& attempt) {
    auto room = transaction.lock_room(*change.room, change.blocker, {});
    if (!room) return std::move(room).error();
    LogHead& head = room->heads[room->state.index_of(change.blocker)];
    const Cursor before = head.head;
    if (auto done = change_block(transaction, change, head, attempt); !done) return done;
    if (head.head == before) return {};
    auto still = transaction.is_blocked(change.blocker, change.other);
    if (!still) return std::move(still).error();
    for (const std::size_t member : {std::size_t{0}, std::size_t{1}}) {
        if (*still) break;
        if (auto released = release_mark(transaction, *room, member, attempt); !released) return released;
    }
    if (auto saved = transaction.save_room(room->state, room->heads); !saved) return saved;
    return transaction.append_events(attempt.events);
}

}  // namespace

Result<BlockPage> list_blocks(Ports& ports, const Caller& caller, UserId after, std::size_t limit) {
    const LimitsConfig& limits = ports.limits;
    return ports.blocks.blocks(caller.user.id, after,
                               {std::min<std::size_t>(limit, limits.blocks_page_max), limits.page_bytes});
}

Result<void> set_block(Ports& ports, const Caller& caller, UserId other, bool blocked) {
    if (other == caller.user.id) return invalid_argument("user_id", "conflict");
    if (auto user = ports.users.user(other); !user) return std::move(user).error();
    Change change{.blocker = caller.user.id, .other = other, .blocked = blocked, .room = std::nullopt};
    if (!blocked) {
        auto room = ports.rooms.room_of(change.blocker, other);
        if (!room) return std::move(room).error();
        change.room = *room;
    }
    Attempt attempt;
    do {
        if (attempt.room) change.room = attempt.room;
        attempt = {};
        auto done = ports.transactions.transact([&](Transaction& transaction) {
            return change.room ? run_in_room(transaction, change, attempt) : run_alone(transaction, change, attempt);
        });
        if (!done) return done;
    } while (attempt.room);  // at most twice: a room that is there stays
    if (!attempt.events.empty()) ports.announce(attempt.events);
    return {};
}

Result<void> announce_typing(Ports& ports, const Caller& caller, RoomId room) {
    auto state = ports.rooms.room_state(room, caller.user.id);
    if (!state) return std::move(state).error();
    const UserId peer = state->peer_of(caller.user.id);
    auto open = ports.blocks.can_message(caller.user.id, peer);
    if (!open) return std::move(open).error();
    if (!*open) return {};
    const std::string subject = std::to_string(caller.user.id.value) + "|" + std::to_string(room.value);
    if (!ports.limiter.take(typing_bucket(ports.limits), subject).allowed) return {};
    ports.notifier.typing(peer, room, caller.user.id, ports.limits.typing_expires_s);
    return {};
}

}  // namespace billet::chat
