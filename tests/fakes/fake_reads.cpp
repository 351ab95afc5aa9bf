// tests/fakes/fake_reads.cpp — The reads of the fake store.
#include <algorithm>
#include <cstdint>
#include <tuple>

#include "tests/fakes/fake_store.h"
#include "tests/fakes/fake_transaction.h"

namespace billet::fakes {
namespace {

bool is_member(const chat::RoomState& room, UserId user) {
    return std::ranges::count(room.members, user) > 0;
}

bool newer_room(const chat::Room& one, const chat::Room& other, const FakeState& state) {
    const Time a = state.rooms.at(one.id).last_message_at;
    const Time b = state.rooms.at(other.id).last_message_at;
    return a != b ? a > b : one.id > other.id;
}

// The range [first, last) of `messages` (seq n at index n - 1) that a position asks for.
std::pair<std::size_t, std::size_t> range_of(std::size_t count, const chat::HistoryPosition& position,
                                             std::size_t limit) {
    const std::size_t seq = static_cast<std::size_t>(position.seq.value);
    std::size_t first = 0;
    std::size_t last = count;
    switch (position.from) {
        case chat::HistoryFrom::kNewest: break;
        case chat::HistoryFrom::kBefore: last = std::min(count, seq == 0 ? 0 : seq - 1); break;
        case chat::HistoryFrom::kAfter: first = std::min(count, seq); return {first, std::min(count, first + limit)};
        case chat::HistoryFrom::kAround: last = std::min(count, seq + limit / 2); break;
    }
    first = last > limit ? last - limit : 0;
    if (position.from == chat::HistoryFrom::kAround) last = std::min(count, first + limit);
    return {first, last};
}

// What of a range that is not empty the bytes allow, growing from where the position stands.
std::pair<std::size_t, std::size_t> cut_range(const std::vector<chat::Message>& all, std::size_t first,
                                              std::size_t last, const chat::HistoryPosition& position,
                                              chat::PageBound bound) {
    chat::PageMeter meter(bound);
    std::size_t begin = last - 1;
    if (position.from == chat::HistoryFrom::kAfter) begin = first;
    if (position.from == chat::HistoryFrom::kAround)
        begin =
            std::clamp(static_cast<std::size_t>(std::max<std::uint64_t>(position.seq.value, 1) - 1), first, last - 1);
    meter.takes(chat::weight_of(all[begin]));
    std::size_t end = begin + 1;  // [begin, end) has been taken
    for (bool newer = true; begin > first || end < last; newer = !newer) {
        if (newer ? end == last : begin == first) continue;
        if (!meter.takes(chat::weight_of(all[newer ? end : begin - 1]))) break;
        newer ? ++end : --begin;
    }
    return {begin, end};
}

}  // namespace

chat::Message FakeStore::seen(const chat::Message& message, UserId viewer) const {
    const chat::RoomState room = state.rooms.at(message.room).seen_by(viewer);
    chat::Message copy = message;
    copy.is_read = message.seq <= room.read_seq[room.peer_index_of(message.sender)];
    return copy;
}

chat::Room FakeStore::view(const chat::RoomState& row, UserId viewer) const {
    const std::size_t own = row.index_of(viewer);
    const UserId peer = row.peer_of(viewer);
    chat::Room room{.id = row.id,
                    .user1 = row.members[0],
                    .user2 = row.members[1],
                    .created_at = row.created_at,
                    .last_message = std::nullopt,
                    .unread_count = row.unread[own],
                    .last_seq = row.last_seq,
                    .read_seq = row.read_seq[own],
                    .peer_read_seq = row.seen_by(viewer).read_seq[1 - own],
                    .blocked_by_me = find_block(state, viewer, peer) != nullptr,
                    .peer = chat::card_of(state.users.at(peer).user)};
    if (const auto* theirs = find_block(state, peer, viewer)) room.peer.display_name = theirs->blocker_name;
    if (const auto* mine = find_block(state, viewer, peer)) room.peer.display_name = mine->blocked_name;
    if (row.last_seq.value > 0) room.last_message = seen(state.messages.at(row.id).back(), viewer);
    return room;
}

Result<chat::RoomState> FakeStore::room_state(RoomId id, UserId viewer) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (down) return unavailable("fake store is down");
    const auto found = state.rooms.find(id);
    if (found == state.rooms.end() || !is_member(found->second, viewer)) return make_error(Code::kNotFound);
    return found->second;
}

Result<chat::Room> FakeStore::room(RoomId id, UserId viewer) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    auto row = room_state(id, viewer);
    if (!row) return std::move(row).error();
    return view(*row, viewer);
}

Result<chat::Acquaintance> FakeStore::acquaintance(UserId self, UserId peer) {
    const std::scoped_lock lock(mutex_);
    auto one = user(self);
    if (!one) return std::move(one).error();
    auto other = user(peer);
    if (!other) return std::move(other).error();
    return chat::Acquaintance{.self = chat::card_of(*one),
                              .peer = chat::card_of(*other),
                              .room = find_pair(state, self, peer),
                              .can_message = !other->disabled && !blocked_either_way(state, self, peer)};
}

Result<chat::RoomPage> FakeStore::rooms(UserId viewer, const std::optional<chat::RoomPosition>& after,
                                        chat::PageBound bound) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    chat::RoomPage page;
    for (const auto& [id, row] : state.rooms) {
        if (!is_member(row, viewer)) continue;
        const bool follows = !after || row.last_message_at < after->last_message_at ||
                             (row.last_message_at == after->last_message_at && id < after->id);
        if (follows) page.rooms.push_back(view(row, viewer));
    }
    std::ranges::sort(page.rooms,
                      [&](const chat::Room& one, const chat::Room& other) { return newer_room(one, other, state); });
    chat::PageMeter meter(bound);
    const auto cut =
        std::ranges::find_if(page.rooms, [&](const chat::Room& room) { return !meter.takes(chat::weight_of(room)); });
    if (cut != page.rooms.end()) {
        page.rooms.erase(cut, page.rooms.end());
        page.next = chat::RoomPosition{state.rooms[page.rooms.back().id].last_message_at, page.rooms.back().id};
    }
    return page;
}

Result<chat::HistoryPage> FakeStore::messages(RoomId room, UserId viewer, const chat::HistoryPosition& position,
                                              chat::PageBound bound) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (auto member = room_state(room, viewer); !member) return std::move(member).error();
    const auto& all = state.messages[room];
    auto [first, last] = range_of(all.size(), position, bound.items);
    if (first < last) std::tie(first, last) = cut_range(all, first, last, position, bound);
    chat::HistoryPage page{.messages = {}, .older = first > 0 && !all.empty(), .newer = last < all.size()};
    for (std::size_t i = first; i < last; ++i) page.messages.push_back(seen(all[i], viewer));
    return page;
}

Result<chat::Message> FakeStore::message(MessageId id, UserId viewer) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    for (const auto& [room, messages] : state.messages) {
        const auto found = std::ranges::find(messages, id, &chat::Message::id);
        if (found != messages.end() && is_member(state.rooms.at(room), viewer)) return seen(*found, viewer);
    }
    return make_error(Code::kNotFound);
}

Result<std::optional<chat::Message>> FakeStore::known_message(RoomId room, UserId sender,
                                                              std::string_view client_msg_id) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (auto member = room_state(room, sender); !member) return std::move(member).error();
    for (const chat::Message& message : state.messages[room]) {
        if (message.sender == sender && message.client_msg_id == client_msg_id)
            return std::optional{seen(message, sender)};
    }
    return std::optional<chat::Message>{};
}

Result<chat::LogHead> FakeStore::head(UserId user) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (down) return unavailable("fake store is down");
    if (!state.heads.contains(user)) return make_error(Code::kNotFound);
    return state.heads[user];
}

Result<chat::EventPage> FakeStore::events(UserId user, Cursor after, chat::PageBound bound) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (down) return unavailable("fake store is down");
    if (!state.heads.contains(user)) return make_error(Code::kNotFound);
    chat::EventPage page{.events = {}, .more = false, .log = state.heads[user], .epoch = state.epoch};
    if (bound.items == 0) return page;
    chat::PageMeter meter(bound);
    for (const chat::Event& event : state.events[user]) {
        if (event.cursor <= after || event.cursor <= state.heads[user].floor) continue;
        if (!meter.takes(chat::weight_of(event))) {
            page.more = true;
            break;
        }
        page.events.push_back(event);
    }
    return page;
}

Result<std::string> FakeStore::epoch() {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (down) return unavailable("fake store is down");
    return state.epoch;
}

Result<std::vector<chat::HeadAnswer>> FakeStore::heads(std::span<const chat::HeadQuestion> questions) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    std::vector<chat::HeadAnswer> answers;
    for (const chat::HeadQuestion& question : questions) {
        if (!state.users.contains(question.user)) {
            answers.push_back({.head = {}, .state = chat::SessionState::kRevoked});
            continue;
        }
        chat::HeadAnswer answer{.head = state.heads[question.user].head, .state = chat::SessionState::kOk};
        const auto found = identity(question.user, question.session_id);
        if (found && chat::is_ended(*found, question.session_id)) answer.state = chat::SessionState::kRevoked;
        if (state.users[question.user].user.disabled) answer.state = chat::SessionState::kDisabled;
        answers.push_back(answer);
    }
    return answers;
}

Result<chat::BlockPage> FakeStore::blocks(UserId blocker, UserId after, chat::PageBound bound) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    std::map<UserId, std::string> blocked;  // ids in order, with the names that stand still
    for (const FakeState::Block& block : state.blocks) {
        if (block.blocker == blocker && block.blocked > after) blocked.emplace(block.blocked, block.blocked_name);
    }
    chat::BlockPage page;
    chat::PageMeter meter(bound);
    for (const auto& [id, name] : blocked) {
        chat::User user = state.users[id].user;
        user.display_name = name;
        if (!meter.takes(chat::weight_of(user))) {
            page.next = page.users.back().id;
            break;
        }
        page.users.push_back(user);
    }
    return page;
}

Result<void> FakeStore::ping() {
    if (down) return unavailable("fake store is down");
    Error refused = unavailable("fake store is read-only");
    refused.reason = "read_only";
    return read_only ? Result<void>(refused) : Result<void>{};
}

}  // namespace billet::fakes
