// lib/chat/blocks.cpp — Blocking and typing.
#include "lib/chat/blocks.h"

#include <algorithm>

#include "lib/base/config/limits.h"
#include "lib/chat/batch.h"
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
// nullopt: it was so already.
Result<std::optional<Event>> change_block(Transaction& transaction, const Change& change, LogHead& head) {
    auto changed = transaction.set_block(change.blocker, change.other, change.blocked);
    if (!changed) return std::move(changed).error();
    if (!*changed) return std::optional<Event>{};
    return std::optional{Event{change.blocker, take_cursor(head), now(), BlockEvent{change.other, change.blocked}}};
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
    auto changed = change_block(transaction, change, *head);
    if (!changed) return std::move(changed).error();
    if (!*changed) return {};
    attempt.events = {**std::move(changed)};
    return transaction.write({.messages = {}, .rooms = {}, .heads = {*head}, .events = attempt.events});
}

// What was held back of this member's mark is due to the peer.
void release_mark(Batch& batch, RoomState& room, std::size_t member) {
    if (!room.held_seq[member]) return;
    room.held_seq[member].reset();
    const std::size_t peer = 1 - member;
    LogHead& head = batch.head(room.members[peer]);
    batch.append({.recipient = head.user,
                  .cursor = take_cursor(head),
                  .created_at = now(),
                  .payload = ReadEvent{room.id, room.members[member], room.read_seq[member], room.unread[peer],
                                       head.total_unread}});
}

// Taking a block back where there is a room: what came due meanwhile goes out in the same
// transaction, if it was the last block of the two.
Result<void> run_in_room(Transaction& transaction, const Change& change, Attempt& attempt) {
    const RoomQuestion question{
        .room = *change.room, .member = change.blocker, .client_msg_id = {}, .unread_above = std::nullopt};
    auto locked = transaction.lock_rooms({&question, 1}, Patience::kWaits);
    if (!locked) return std::move(locked).error();
    Batch batch(std::move(locked).value());
    RoomState* const room = batch.room(*change.room, change.blocker);
    if (room == nullptr) return make_error(Code::kNotFound);
    auto changed = change_block(transaction, change, batch.head(change.blocker));
    if (!changed) return std::move(changed).error();
    if (!*changed) return {};
    batch.append(**std::move(changed));
    auto still = transaction.is_blocked(change.blocker, change.other);
    if (!still) return std::move(still).error();
    for (const std::size_t member : {std::size_t{0}, std::size_t{1}}) {
        if (!*still) release_mark(batch, *room, member);
    }
    attempt.events = batch.events_since(0);
    return transaction.write(batch.changes());
}

}  // namespace

Result<BlockPage> list_blocks(Ports& ports, const Caller& caller, UserId after, std::size_t limit) {
    const LimitsConfig& limits = ports.limits;
    return ports.blocks.blocks(caller.user, after,
                               {std::min<std::size_t>(limit, limits.blocks_page_max), limits.page_bytes});
}

Result<void> set_block(Ports& ports, const Caller& caller, UserId other, bool blocked) {
    if (other == caller.user) return invalid_argument("user_id", "conflict");
    const auto both = ports.rooms.acquaintance(caller.user, other);
    if (!both) return both.error();
    Change change{
        .blocker = caller.user, .other = other, .blocked = blocked, .room = blocked ? std::nullopt : both->room};
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
    auto state = ports.rooms.room_state(room, caller.user);
    if (!state) return std::move(state).error();
    const UserId peer = state->peer_of(caller.user);
    const auto both = ports.rooms.acquaintance(caller.user, peer);
    if (!both) return both.error();
    if (!both->can_message) return {};
    const std::string subject = std::to_string(caller.user.value) + "|" + std::to_string(room.value);
    if (!ports.limiter.take(typing_bucket(ports.limits), subject).allowed) return {};
    ports.notifier.typing(peer, room, caller.user, ports.limits.typing_expires_s);
    return {};
}

}  // namespace billet::chat
