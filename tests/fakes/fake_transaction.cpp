// tests/fakes/fake_transaction.cpp — What a transaction changes, in memory.
#include "tests/fakes/fake_transaction.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/session_id.h"

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

void FakeTransaction::lock(const chat::RoomState& room, chat::LockedRooms& locked) {
    locked.rooms.push_back(room);
    for (const UserId member : room.members) {
        if (std::ranges::count(locked.heads, member, &chat::LogHead::user) == 0)
            locked.heads.push_back(state_.heads[member]);
        if (state_.users[member].user.disabled) locked.disabled.push_back(member);
        if (find_block(state_, member, room.peer_of(member)) != nullptr)
            locked.blocks.emplace_back(member, room.peer_of(member));
    }
}

chat::Standing FakeTransaction::standing(const chat::RoomQuestion& question) const {
    const auto account = state_.users.find(question.member);
    if (account == state_.users.end()) return {};
    chat::Standing standing{.has_account = true,
                            .disabled = account->second.user.disabled,
                            .sessions_ended_at = account->second.sessions_ended_at};
    const auto row = state_.sessions.find(std::string(session_row_id(question.session_id)));
    standing.has_session = row != state_.sessions.end() && row->second.user == question.member;
    standing.revoked = standing.has_session && row->second.revoked;
    return standing;
}

chat::RoomAnswer FakeTransaction::answer(const chat::RoomQuestion& question) const {
    chat::RoomAnswer answer;
    if (!question.session_id.empty()) answer.standing = standing(question);
    const auto room = state_.rooms.find(question.room);
    const auto messages = state_.messages.find(question.room);
    if (room == state_.rooms.end() || messages == state_.messages.end()) return answer;
    for (const chat::Message& message : messages->second) {
        const bool own = message.sender == question.member;
        if (question.unread_above && !own && message.seq > *question.unread_above) ++answer.unread_above;
        if (!own || question.client_msg_id.empty() || message.client_msg_id != question.client_msg_id) continue;
        chat::Message known = message;
        const chat::RoomState& row = room->second;
        known.is_read = message.seq <= row.seen_by(question.member).read_seq[row.peer_index_of(question.member)];
        answer.known = std::optional{std::move(known)};
    }
    return answer;
}

Result<chat::LockedRooms> FakeTransaction::lock_rooms(std::span<const chat::RoomQuestion> questions,
                                                      chat::Patience patience) {
    chat::LockedRooms locked;
    asked_.push_back(questions.size());
    std::set<RoomId> rooms;
    for (const chat::RoomQuestion& question : questions) {
        rooms.insert(question.room);
        locked.answers.push_back(answer(question));
        if (!held_.contains(question.room)) continue;
        if (patience == chat::Patience::kWaits) return unavailable("waited too long for a lock");
        locked.answers.back().busy = true;
    }
    for (const RoomId room : rooms) {
        if (const auto found = state_.rooms.find(room); found != state_.rooms.end()) lock(found->second, locked);
    }
    std::ranges::sort(locked.heads, {}, &chat::LogHead::user);
    std::ranges::sort(locked.disabled);
    std::ranges::sort(locked.blocks);
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

Result<void> FakeTransaction::write(chat::Changes changes) {
    for (chat::Message& message : changes.messages) {
        message.is_read = false;
        state_.messages[message.room].push_back(message);
    }
    for (const chat::RoomState& room : changes.rooms) state_.rooms[room.id] = room;
    for (const chat::LogHead& head : changes.heads) state_.heads[head.user] = head;
    for (const chat::Event& event : changes.events) state_.events[event.recipient].push_back(event);
    return {};
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
