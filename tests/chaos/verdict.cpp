// tests/chaos/verdict.cpp — A function for each promise; each gives the ways in which it was
// broken.
#include "tests/chaos/verdict.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "tests/support/http.h"

namespace billet::chaos {
namespace {

using tests::member_of;
using tests::number_of;
using tests::text_of;
using Violations = std::vector<std::string>;

constexpr std::size_t kShownMax = 5;
constexpr std::size_t kShownBytes = 700;

std::string numbered(const char* what, std::uint64_t number) {
    return std::string(what) + " " + std::to_string(number);
}

void expect_equal(Violations& found, const std::string& what, std::uint64_t expected, std::uint64_t actual) {
    if (expected == actual) return;
    found.push_back(what + ": expected " + std::to_string(expected) + ", got " + std::to_string(actual));
}

// --- Rooms ---------------------------------------------------------------------------------------

Violations seq_has_no_hole(const RoomView& view) {
    Violations found;
    std::uint64_t expected = 0;
    for (const Message& message : view.history) expect_equal(found, "seq", ++expected, message.seq);
    expect_equal(found, "last_seq", view.history.size(), view.last_seq);
    return found;
}

Violations time_never_goes_back(const RoomView& view) {
    Violations found;
    const auto back = std::ranges::adjacent_find(view.history, std::ranges::greater{}, &Message::created_at);
    if (back != view.history.end()) found.push_back(numbered("after seq", back->seq));
    return found;
}

Violations members_see_the_same(const RoomHistory& room) {
    Violations found;
    const auto& [one, other] = room.views;
    expect_equal(found, "messages", one.history.size(), other.history.size());
    for (std::size_t i = 0; i < std::min(one.history.size(), other.history.size()); ++i) {
        Message left = one.history[i];
        Message right = other.history[i];
        // Only its sender sees it, exactly one of the two.
        if (left.client_msg_id.empty() == right.client_msg_id.empty())
            found.push_back(numbered("client_msg_id of seq", left.seq));
        left.client_msg_id.clear();
        right.client_msg_id.clear();
        if (left != right) found.push_back(numbered("seq", left.seq));
    }
    return found;
}

// The room's messages as their senders see them.
std::vector<Message> own_messages(const World& world, const RoomHistory& room) {
    std::vector<Message> messages;
    for (std::size_t side = 0; side < 2; ++side) {
        const std::uint64_t user = world.users[room.members.at(side)].id;
        for (const Message& message : room.views.at(side).history)
            if (message.sender == user) messages.push_back(message);
    }
    return messages;
}

Violations intents_came_true_once(const World& world, std::size_t room_index) {
    Violations found;
    const RoomHistory& room = world.rooms[room_index];
    std::multimap<std::pair<std::uint64_t, std::string>, Message> stored;
    for (Message& message : own_messages(world, room)) {
        const auto key = std::pair(message.sender, message.client_msg_id);
        stored.emplace(key, std::move(message));
    }
    std::size_t wanted = 0;
    for (const Intent& intent : world.intents) {
        if (intent.room != room_index) continue;
        const auto [begin, end] = stored.equal_range({world.users[intent.sender].id, intent.client_msg_id});
        const auto count = static_cast<std::size_t>(std::distance(begin, end));
        wanted += count;
        if (count > 1) found.push_back(intent.client_msg_id + " is there " + std::to_string(count) + " times");
        if (intent.id != 0 && count == 0) found.push_back(intent.client_msg_id + " was acknowledged and is lost");
        if (count == 0) continue;
        const Message& message = begin->second;
        if (message.content != intent.content) found.push_back(intent.client_msg_id + " has other content");
        if (intent.id != 0 && (message.id != intent.id || message.seq != intent.seq))
            found.push_back(intent.client_msg_id + " has another id or seq than was acknowledged");
    }
    expect_equal(found, "messages that nobody wanted", 0, stored.size() - wanted);
    return found;
}

Violations marks_are_kept(const World& world, std::size_t room_index, std::size_t side) {
    Violations found;
    const RoomHistory& room = world.rooms[room_index];
    const RoomView& view = room.views.at(side);
    const auto mark = world.marks.find({room.members.at(side), room_index});
    const Mark expected = mark == world.marks.end() ? Mark{} : mark->second;
    if (view.read_seq < expected.acknowledged || view.read_seq > expected.asked)
        found.push_back(numbered("read_seq is", view.read_seq) + numbered(", acknowledged", expected.acknowledged) +
                        numbered(", asked", expected.asked));
    expect_equal(found, "the peer's peer_read_seq", view.read_seq, room.views.at(1 - side).peer_read_seq);
    return found;
}

std::uint64_t unread_in(const RoomView& view, std::uint64_t reader) {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        view.history, [&](const Message& message) { return message.sender != reader && message.seq > view.read_seq; }));
}

// --- Users ---------------------------------------------------------------------------------------

Violations unread_is_exact(const World& world, std::size_t user) {
    Violations found;
    std::uint64_t total = 0;
    std::uint64_t rooms = 0;
    for (const RoomHistory& room : world.rooms) {
        const std::size_t side = room.side_of(user);
        if (side > 1) continue;
        const RoomView& view = room.views.at(side);
        const std::uint64_t unread = unread_in(view, world.users[user].id);
        expect_equal(found, numbered("unread_count of room", room.id), unread, view.unread_count);
        total += unread;
        rooms += unread > 0 ? 1 : 0;
    }
    expect_equal(found, "total_unread", total, world.users[user].total_unread);
    expect_equal(found, "rooms_unread", rooms, world.users[user].rooms_unread);
    return found;
}

Violations cursor_has_no_hole(const UserHistory& user) {
    Violations found;
    std::uint64_t expected = 0;
    for (const Event& event : user.log) expect_equal(found, "cursor", ++expected, event.cursor);
    expect_equal(found, "head", user.log.size(), user.head);
    return found;
}

// Every message of the user's rooms stands in the log once, rooms' messages in order.
Violations log_tells_the_history(const World& world, std::size_t user) {
    Violations found;
    std::map<std::uint64_t, std::vector<Message>> told;
    for (const Event& event : world.users[user].log)
        if (event.type == "chat_message")
            told[number_of(event.payload, "room_id")].push_back(message_of(member_of(event.payload, "message")));
    for (const RoomHistory& room : world.rooms) {
        const std::size_t side = room.side_of(user);
        if (side < 2 && told[room.id] != room.views.at(side).history)
            found.push_back(numbered("the log differs from the history of room", room.id));
    }
    return found;
}

// What a reader of the log can compute for itself: the state of its rooms, event by event.
struct Replay {
    // By room: seqs of the peer's messages above the mark.
    std::map<std::uint64_t, std::vector<std::uint64_t>> unread;

    std::uint64_t total() const {
        std::uint64_t sum = 0;
        for (const auto& [room, seqs] : unread) sum += seqs.size();
        return sum;
    }
};

Violations counts_in_events_are_exact(const UserHistory& user) {
    Violations found;
    Replay replay;
    for (const Event& event : user.log) {
        const bool message = event.type == "chat_message";
        if (!message && event.type != "message_read") continue;
        auto& unread = replay.unread[number_of(event.payload, "room_id")];
        const wire::Json& told = member_of(event.payload, "message");
        if (message && number_of(told, "sender_id") != user.id) unread.push_back(number_of(told, "seq"));
        if (!message && number_of(event.payload, "reader_id") == user.id)
            std::erase_if(unread, [&](std::uint64_t seq) { return seq <= number_of(event.payload, "seq"); });
        expect_equal(found, numbered("unread_count at cursor", event.cursor), unread.size(),
                     number_of(event.payload, "unread_count"));
        expect_equal(found, numbered("total_unread at cursor", event.cursor), replay.total(),
                     number_of(event.payload, "total_unread"));
    }
    return found;
}

// --- Clients -------------------------------------------------------------------------------------

// An ack stands for the sender's own chat_message: it has its room and its message.
bool is_same_event(const Event& log, const Event& applied) {
    if (log.cursor != applied.cursor) return false;
    if (applied.type != "ack") return log.type == applied.type && canonical(log.payload) == canonical(applied.payload);
    return log.type == "chat_message" && number_of(log.payload, "room_id") == number_of(applied.payload, "room_id") &&
           canonical(member_of(log.payload, "message")) == canonical(member_of(applied.payload, "message"));
}

std::string shown(const Event& event) {
    return (event.type + " " + std::to_string(event.cursor) + " " + canonical(event.payload))
        .substr(0, kShownBytes / 2);
}

Violations client_has_the_log(const World& world, const ClientHistory& client) {
    Violations found;
    const std::vector<Event>& log = world.users[client.user].log;
    expect_equal(found, "events", log.size(), client.applied.size());
    for (std::size_t i = 0; i < std::min(log.size(), client.applied.size()); ++i)
        if (!is_same_event(log[i], client.applied[i]))
            found.push_back("log: " + shown(log[i]) + " client: " + shown(client.applied[i]));
    return found;
}

void check_room(const World& world, std::size_t index, Verdict& verdict) {
    const RoomHistory& room = world.rooms[index];
    const std::string name = numbered("room", room.id);
    verdict.add(name + ": every acknowledged message is there once, nothing twice",
                intents_came_true_once(world, index));
    verdict.add(name + ": both members see the same", members_see_the_same(room));
    for (std::size_t side = 0; side < 2; ++side) {
        const std::string member = name + " of user " + std::to_string(world.users[room.members.at(side)].id);
        verdict.add(member + ": seq is 1 to last_seq without a hole", seq_has_no_hole(room.views.at(side)));
        verdict.add(member + ": created_at never goes back", time_never_goes_back(room.views.at(side)));
        verdict.add(member + ": read marks are where they were put", marks_are_kept(world, index, side));
    }
}

void check_user(const World& world, std::size_t index, Verdict& verdict) {
    const UserHistory& user = world.users[index];
    const std::string name = numbered("user", user.id);
    verdict.add(name + ": cursors are 1 to the head without a hole", cursor_has_no_hole(user));
    verdict.add(name + ": the log tells every message of the history", log_tells_the_history(world, index));
    verdict.add(name + ": unread counts follow from messages and marks", unread_is_exact(world, index));
    verdict.add(name + ": so do those of every event", counts_in_events_are_exact(user));
}

}  // namespace

void Verdict::add(const std::string& promise, const std::vector<std::string>& violations) {
    ++(violations.empty() ? passed_ : failed_);
    if (violations.empty()) return;
    broken_.push_back("BROKEN  " + promise + " (" + std::to_string(violations.size()) + " times)");
    for (std::size_t i = 0; i < std::min(kShownMax, violations.size()); ++i)
        broken_.push_back("        " + violations[i].substr(0, kShownBytes));
}

void check_world(const World& world, Verdict& verdict) {
    for (std::size_t room = 0; room < world.rooms.size(); ++room) check_room(world, room, verdict);
    for (std::size_t user = 0; user < world.users.size(); ++user) check_user(world, user, verdict);
    for (const ClientHistory& client : world.clients)
        verdict.add(client.name + ": what it applied is the log", client_has_the_log(world, client));
}

}  // namespace billet::chaos
