// tests/support/chat_state.cpp — The reducer, and the fetch.
#include "tests/support/chat_state.h"

#include <cstdint>

#include "tests/support/http.h"

namespace billet::tests {
namespace {

std::string message_line(const wire::Json& message) {
    return std::to_string(number_of(message, "id")) + " by " + std::to_string(number_of(message, "sender_id")) + " [" +
           text_of(message, "client_msg_id") + "] at " + text_of(message, "created_at") + ": " +
           text_of(message, "content");
}

void take_room(ChatState& state, const wire::Json& room) {
    RoomState& mine = state.rooms[number_of(room, "id")];
    mine.read_seq = number_of(room, "read_seq");
    mine.peer_read_seq = number_of(room, "peer_read_seq");
    mine.unread = number_of(room, "unread_count");
}

void fetch_messages(ChatState& state, std::uint64_t room, const Person& person, Http& http) {
    std::map<std::uint64_t, std::string>& messages = state.rooms[room].messages;
    const std::string path = "/chat/rooms/" + std::to_string(room) + "/messages?limit=200&after_seq=";
    for (std::uint64_t seq = 0;;) {
        const wire::Json page = http.get(path + std::to_string(seq), person.token).json();
        if (page.items.empty()) return;
        for (const wire::Json& message : page.items) {
            seq = number_of(message, "seq");
            messages[seq] = message_line(message);
        }
    }
}

}  // namespace

void ChatState::apply(const LiveFrame& frame) {
    if (!frame.has_cursor()) return;
    if (frame.cursor != cursor + 1) ++misplaced;
    cursor = frame.cursor;
    const wire::Json& payload = frame.payload;
    if (frame.type == "room_created") return take_room(*this, member_of(payload, "room"));
    if (frame.type == "block_updated") {
        const std::uint64_t user = number_of(payload, "user_id");
        if (member_of(payload, "blocked").boolean) {
            blocked.insert(user);
        } else {
            blocked.erase(user);
        }
        return;
    }
    RoomState& room = rooms[number_of(payload, "room_id")];
    if (frame.type == "chat_message" || frame.type == "ack") {
        const wire::Json& message = member_of(payload, "message");
        room.messages[number_of(message, "seq")] = message_line(message);
    }
    if (frame.type == "message_read") {
        (number_of(payload, "reader_id") == me ? room.read_seq : room.peer_read_seq) = number_of(payload, "seq");
    }
    if (frame.type == "ack") return;  // one's own message leaves the counts as they are
    room.unread = number_of(payload, "unread_count");
    total_unread = number_of(payload, "total_unread");
}

std::string ChatState::text() const {
    std::string out = "total unread " + std::to_string(total_unread) + "\n";
    for (const std::uint64_t user : blocked) out += "blocked " + std::to_string(user) + "\n";
    for (const auto& [id, room] : rooms) {
        out += "room " + std::to_string(id) + " read " + std::to_string(room.read_seq) + " peer " +
               std::to_string(room.peer_read_seq) + " unread " + std::to_string(room.unread) + "\n";
        for (const auto& [seq, line] : room.messages) out += "  " + std::to_string(seq) + " " + line + "\n";
    }
    return out;
}

ChatState fetch_state(const Person& person) {
    Http http;
    ChatState state;
    state.me = person.id;
    state.cursor = http.get("/chat/sync", person.token).number("cursor");
    state.total_unread = http.get("/chat/unread", person.token).number("total_unread");
    for (const wire::Json& user : http.get("/chat/blocks", person.token).json().items)
        state.blocked.insert(number_of(user, "id"));
    for (const wire::Json& room : http.get("/chat/rooms?limit=100", person.token).json().items) {
        take_room(state, room);
        fetch_messages(state, number_of(room, "id"), person, http);
    }
    return state;
}

}  // namespace billet::tests
