// lib/chat/blocks.cpp — Blocking and typing.
#include "lib/chat/blocks.h"

#include <algorithm>

#include "lib/chat/numbering.h"

namespace billet::chat {
namespace {

// The blocker's head is locked, as every send between the two locks it too: a send comes wholly before the block or sees it.
Result<void> run(Transaction& transaction, UserId blocker, UserId other, bool blocked, std::vector<Event>& events) {
    auto head = transaction.lock_head(blocker);
    if (!head) return std::move(head).error();
    auto changed = transaction.set_block(blocker, other, blocked);
    if (!changed) return std::move(changed).error();
    if (!*changed) return {};
    events = {{blocker, take_cursor(*head), now(), BlockEvent{other, blocked}}};
    if (auto saved = transaction.save_heads({&*head, 1}); !saved) return saved;
    return transaction.append_events(events);
}

}  // namespace

Result<BlockPage> list_blocks(Ports& ports, const Caller& caller, UserId after, std::size_t limit) {
    const LimitsConfig& limits = ports.config.limits;
    return ports.store.blocks(caller.user.id, after,
                              {std::min<std::size_t>(limit, limits.blocks_page_max), limits.page_bytes});
}

Result<void> set_block(Ports& ports, const Caller& caller, UserId other, bool blocked) {
    if (other == caller.user.id) return invalid_argument("user_id", "conflict");
    if (auto user = ports.store.user(other); !user) return std::move(user).error();
    std::vector<Event> events;
    auto done = ports.store.transact(
        [&](Transaction& transaction) { return run(transaction, caller.user.id, other, blocked, events); });
    if (!done) return done;
    if (!events.empty()) ports.notifier.announce(events, caller.origin);
    return {};
}

Result<void> announce_typing(Ports& ports, const Caller& caller, RoomId room) {
    auto state = ports.store.room_state(room, caller.user.id);
    if (!state) return std::move(state).error();
    const UserId peer = state->peer_of(caller.user.id);
    auto open = ports.store.can_message(caller.user.id, peer);
    if (!open) return std::move(open).error();
    if (!*open) return {};
    const std::string subject = std::to_string(caller.user.id.value) + "|" + std::to_string(room.value);
    if (!ports.limiter.take(typing_bucket(ports.config.limits), subject).allowed) return {};
    ports.notifier.typing(peer, room, caller.user.id, ports.config.limits.typing_expires_s);
    return {};
}

}  // namespace billet::chat
