// tests/fakes/fake_transaction.cpp — What a transaction changes, in memory.
#include "tests/fakes/fake_transaction.h"

#include <algorithm>
#include <cstdint>

namespace billet::fakes {

bool blocked_either_way(const FakeState& state, UserId one, UserId other) {
    return find_block(state, one, other) != nullptr || find_block(state, other, one) != nullptr;
}

const FakeState::Block* find_block(const FakeState& state, UserId blocker, UserId blocked) {
    const auto found = std::ranges::find_if(state.blocks, [&](const FakeState::Block& block) {
        return block.blocker == blocker && block.blocked == blocked;
    });
    return found == state.blocks.end() ? nullptr : &*found;
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
            locked.known->is_read = message.seq <= row.seen_by(member).read_seq[row.index_of(peer)];
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
                        .unread = {},
                        .held_seq = {}};
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
    const bool was = find_block(state_, blocker, blocked) != nullptr;
    if (was == on) return false;
    if (on) {
        const auto* other = find_block(state_, blocked, blocker);
        state_.blocks.push_back({blocker, blocked,
                                 other != nullptr ? other->blocked_name : state_.users[blocker].user.display_name,
                                 other != nullptr ? other->blocker_name : state_.users[blocked].user.display_name});
    } else {
        std::erase_if(state_.blocks, [&](const FakeState::Block& block) {
            return block.blocker == blocker && block.blocked == blocked;
        });
    }
    return true;
}

}  // namespace billet::fakes
