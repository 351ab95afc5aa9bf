// lib/chat/rooms.cpp — Get-or-create of rooms, and the reads.
#include "lib/chat/rooms.h"

#include <algorithm>

#include "lib/base/config/limits.h"
#include "lib/chat/numbering.h"

namespace billet::chat {
namespace {

struct Attempt {
    RoomId room;
    bool created = false;
    std::vector<Event> events;
};

Room empty_room(RoomId id, const UserCard& self, const UserCard& peer, Time created_at) {
    return {.id = id,
            .user1 = std::min(self.id, peer.id),
            .user2 = std::max(self.id, peer.id),
            .created_at = created_at,
            .last_message = std::nullopt,
            .unread_count = 0,
            .last_seq = {},
            .read_seq = {},
            .peer_read_seq = {},
            .blocked_by_me = false,
            .peer = peer};
}

std::vector<Event> created_events(RoomId id, const UserCard& lower, const UserCard& higher,
                                  std::array<LogHead, 2>& heads, Time time) {
    return {
        {lower.id, take_cursor(heads[0]), time, RoomCreatedEvent{empty_room(id, lower, higher, time)}},
        {higher.id, take_cursor(heads[1]), time, RoomCreatedEvent{empty_room(id, higher, lower, time)}},
    };
}

Result<void> check_open(Transaction& transaction, UserId caller, UserId other) {
    auto blocked = transaction.is_blocked(caller, other);
    if (!blocked) return std::move(blocked).error();
    auto disabled = transaction.is_disabled(other);
    if (!disabled) return std::move(disabled).error();
    if (*blocked || *disabled) return make_error(Code::kCannotMessage);
    return {};
}

// Both heads are locked before the pair is looked up: two openings of one pair come one after the
// other.
Result<void> run(Transaction& transaction, const UserCard& self, const UserCard& other, Attempt& attempt) {
    auto heads = transaction.lock_heads(self.id, other.id);
    if (!heads) return std::move(heads).error();
    auto existing = transaction.find_room(self.id, other.id);
    if (!existing) return std::move(existing).error();
    if (existing->has_value()) {
        attempt.created =
            // Made by the run before, whose COMMIT did happen.
            attempt.created && attempt.room == **existing;
        attempt.room = **existing;
        return {};
    }
    if (auto open = check_open(transaction, self.id, other.id); !open) return open;
    const UserCard& lower = self.id < other.id ? self : other;
    const UserCard& higher = self.id < other.id ? other : self;
    const Time time = now();
    auto id = transaction.insert_room({lower.id, higher.id}, time);
    if (!id) return std::move(id).error();
    attempt = {.room = *id, .created = true, .events = created_events(*id, lower, higher, *heads, time)};
    return transaction.write(
        {.messages = {}, .rooms = {}, .heads = {heads->begin(), heads->end()}, .events = attempt.events});
}

Result<OpenedRoom> existing_room(Ports& ports, const Caller& caller, RoomId id) {
    auto room = ports.rooms.room(id, caller.user);
    if (!room) return std::move(room).error();
    return OpenedRoom{std::move(room).value(), false};
}

Result<OpenedRoom> create_room(Ports& ports, const Caller& caller, const Acquaintance& both) {
    const Bucket bucket = rooms_bucket(ports.limits);
    const std::string subject = std::to_string(caller.user.value);
    if (auto token = take_token(ports.limiter, bucket, subject); !token) return std::move(token).error();
    Attempt attempt;
    auto done = ports.transactions.transact(
        [&](Transaction& transaction) { return run(transaction, both.self, both.peer, attempt); });
    if (done && attempt.created) {
        ports.announce(attempt.events);
        return OpenedRoom{empty_room(attempt.room, both.self, both.peer, attempt.events.front().created_at), true};
    }
    ports.limiter.refund(bucket, subject);
    if (!done) return std::move(done).error();
    return existing_room(ports, caller, attempt.room);
}

}  // namespace

Result<OpenedRoom> open_room(Ports& ports, const Caller& caller, UserId other) {
    if (other == caller.user) return invalid_argument("other_user_id", "conflict");
    auto both = ports.rooms.acquaintance(caller.user, other);
    if (!both) return std::move(both).error();
    if (both->room) return existing_room(ports, caller, *both->room);
    if (!both->can_message) return make_error(Code::kCannotMessage);
    return create_room(ports, caller, *both);
}

Result<RoomPage> list_rooms(Ports& ports, const Caller& caller, const std::optional<RoomPosition>& after,
                            std::size_t limit) {
    const LimitsConfig& limits = ports.limits;
    return ports.rooms.rooms(caller.user, after,
                             {std::min<std::size_t>(limit, limits.rooms_page_max), limits.page_bytes});
}

Result<Room> get_room(Ports& ports, const Caller& caller, RoomId room) {
    return ports.rooms.room(room, caller.user);
}

Result<HistoryPage> read_history(Ports& ports, const Caller& caller, RoomId room, const HistoryPosition& position,
                                 std::size_t limit) {
    const LimitsConfig& limits = ports.limits;
    return ports.messages.messages(room, caller.user, position,
                                   {std::min<std::size_t>(limit, limits.messages_page_max), limits.page_bytes});
}

Result<Message> get_message(Ports& ports, const Caller& caller, MessageId message) {
    return ports.messages.message(message, caller.user);
}

}  // namespace billet::chat
