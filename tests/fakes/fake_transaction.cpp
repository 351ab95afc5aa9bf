// tests/fakes/fake_transaction.cpp — What a transaction changes, in memory.
#include "tests/fakes/fake_transaction.h"

#include <algorithm>

namespace billet::fakes {

bool blocked_either_way(const FakeState& state, UserId one, UserId other) {
    return std::ranges::any_of(state.blocks, [&](const auto& block) {
        return (block.first == one && block.second == other) || (block.first == other && block.second == one);
    });
}

std::optional<RoomId> find_pair(const FakeState& state, UserId one, UserId other) {
    const std::array<UserId, 2> members{std::min(one, other), std::max(one, other)};
    for (const auto& [id, room] : state.rooms) {
        if (room.members == members) return id;
    }
    return std::nullopt;
}

Result<chat::LockedRoom> FakeTransaction::lock_room(RoomId room, UserId member, std::string_view client_msg_id) {
    const auto found = state_.rooms.find(room);
    if (found == state_.rooms.end() || std::ranges::count(found->second.members, member) == 0)
        return make_error(Code::kNotFound);
    const chat::RoomState& row = found->second;
    const UserId peer = row.peer_of(member);
    chat::LockedRoom locked{.state = row,
                            .heads = {state_.heads[row.members[0]], state_.heads[row.members[1]]},
                            .blocked = blocked_either_way(state_, member, peer),
                            .peer_disabled = state_.users[peer].user.disabled,
                            .known = std::nullopt};
    for (const chat::Message& message : state_.messages[room]) {
        if (!client_msg_id.empty() && message.sender == member && message.client_msg_id == client_msg_id) {
            locked.known = message;
            locked.known->is_read = message.seq <= row.read_seq[row.index_of(peer)];
        }
    }
    return locked;
}

Result<std::array<chat::LogHead, 2>> FakeTransaction::lock_heads(UserId one, UserId other) {
    if (!state_.heads.contains(one) || !state_.heads.contains(other)) return make_error(Code::kNotFound);
    return std::array<chat::LogHead, 2>{state_.heads[std::min(one, other)], state_.heads[std::max(one, other)]};
}

Result<chat::LogHead> FakeTransaction::lock_head(UserId user) {
    if (!state_.heads.contains(user)) return make_error(Code::kNotFound);
    return state_.heads[user];
}

Result<std::optional<RoomId>> FakeTransaction::find_room(UserId one, UserId other) {
    return find_pair(state_, one, other);
}

Result<RoomId> FakeTransaction::insert_room(std::array<UserId, 2> members, Time created_at) {
    if (find_pair(state_, members[0], members[1])) return make_error(Code::kConflict);
    const RoomId id{state_.next_id++};
    state_.rooms[id] = {.id = id,
                        .members = members,
                        .created_at = created_at,
                        .last_seq = {},
                        .last_message_at = created_at,
                        .read_seq = {},
                        .unread = {}};
    return id;
}

Result<MessageId> FakeTransaction::insert_message(const chat::Message& message) {
    chat::Message stored = message;
    stored.id = MessageId{state_.next_id++};
    stored.is_read = false;
    state_.messages[message.room].push_back(stored);
    return stored.id;
}

Result<void> FakeTransaction::save_room(const chat::RoomState& state, const std::array<chat::LogHead, 2>& heads) {
    state_.rooms[state.id] = state;
    return save_heads(heads);
}

Result<void> FakeTransaction::save_heads(std::span<const chat::LogHead> heads) {
    for (const chat::LogHead& head : heads) state_.heads[head.user] = head;
    return {};
}

Result<void> FakeTransaction::append_events(std::span<const chat::Event> events) {
    for (const chat::Event& event : events) state_.events[event.recipient].push_back(event);
    return {};
}

Result<std::uint64_t> FakeTransaction::count_messages(RoomId room, UserId sender, Seq after, Seq up_to) {
    return static_cast<std::uint64_t>(std::ranges::count_if(state_.messages[room], [&](const chat::Message& message) {
        return message.sender == sender && message.seq > after && message.seq <= up_to;
    }));
}

Result<MessageId> FakeTransaction::message_id_at(RoomId room, Seq seq) {
    const auto& messages = state_.messages[room];
    const auto found = std::ranges::find(messages, seq, &chat::Message::seq);
    if (found == messages.end()) return make_error(Code::kNotFound);
    return found->id;
}

Result<bool> FakeTransaction::is_blocked(UserId one, UserId other) {
    return blocked_either_way(state_, one, other);
}

Result<bool> FakeTransaction::is_disabled(UserId user) {
    return state_.users[user].user.disabled;
}

Result<bool> FakeTransaction::set_block(UserId blocker, UserId blocked, bool on) {
    const auto found = std::ranges::find(state_.blocks, std::pair{blocker, blocked});
    const bool was = found != state_.blocks.end();
    if (was == on) return false;
    if (on) {
        state_.blocks.emplace_back(blocker, blocked);
    } else {
        state_.blocks.erase(found);
    }
    return true;
}

}  // namespace billet::fakes
