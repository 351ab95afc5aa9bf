// lib/chat/batch.cpp — Looking things up in what is locked, and the difference at the end.
#include "lib/chat/batch.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>

namespace billet::chat {
namespace {

template <typename Items, typename Key, typename Of>
auto* find_in(Items& sorted, Key key, Of of) {
    const auto found = std::ranges::lower_bound(sorted, key, {}, of);
    return found != sorted.end() && std::invoke(of, *found) == key ? &*found : nullptr;
}

}  // namespace

Batch::Batch(LockedRooms locked) : before_(std::move(locked)), rooms_(before_.rooms), heads_(before_.heads) {}

RoomState* Batch::room(RoomId id, UserId member) {
    RoomState* const found = find_in(rooms_, id, &RoomState::id);
    return found != nullptr && std::ranges::count(found->members, member) > 0 ? found : nullptr;
}

LogHead& Batch::head(UserId user) {
    LogHead* const found = find_in(heads_, user, &LogHead::user);
    assert(found != nullptr);
    return *found;
}

bool Batch::is_disabled(UserId user) const {
    return std::ranges::binary_search(before_.disabled, user);
}

bool Batch::is_blocked(const RoomState& room) const {
    const auto& [one, other] = room.members;
    return std::ranges::binary_search(before_.blocks, std::pair{one, other}) ||
           std::ranges::binary_search(before_.blocks, std::pair{other, one});
}

const Message* Batch::find_added(RoomId room, UserId sender, std::string_view client_msg_id) const {
    const auto found = std::ranges::find_if(messages_, [&](const Message& message) {
        return message.room == room && message.sender == sender && message.client_msg_id == client_msg_id;
    });
    return found == messages_.end() ? nullptr : &*found;
}

std::uint64_t Batch::count_added(RoomId room, UserId sender, Seq seq) const {
    return static_cast<std::uint64_t>(std::ranges::count_if(messages_, [&](const Message& message) {
        return message.room == room && message.sender == sender && message.seq > seq;
    }));
}

std::vector<Event> Batch::events_since(std::size_t mark) const {
    return {events_.begin() + static_cast<std::ptrdiff_t>(mark), events_.end()};
}

Changes Batch::changes() const {
    Changes changes{.messages = messages_, .rooms = {}, .heads = {}, .events = events_};
    std::vector<UserId> members;
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
        if (rooms_[i] == before_.rooms[i]) continue;
        changes.rooms.push_back(rooms_[i]);
        std::ranges::copy(rooms_[i].members, std::back_inserter(members));
    }
    std::ranges::sort(members);
    for (std::size_t i = 0; i < heads_.size(); ++i) {
        if (heads_[i] != before_.heads[i] || std::ranges::binary_search(members, heads_[i].user))
            changes.heads.push_back(heads_[i]);
    }
    return changes;
}

}  // namespace billet::chat
