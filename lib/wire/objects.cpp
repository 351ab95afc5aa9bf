// lib/wire/objects.cpp — Messages, rooms, users and events. Member order: as in the contract, those
// of the legacy form first.
#include "lib/wire/objects.h"

#include <cstdint>
#include <utility>

#include "lib/wire/writer.h"

namespace billet::wire {
namespace {

void write_message(JsonWriter& out, const chat::Message& message, UserId viewer) {
    out.begin_object();
    out.member("id", message.id.value);
    out.member("content", message.content);
    out.member("sender_id", message.sender.value);
    out.member("created_at", message.created_at);
    out.member("is_read", message.is_read);
    out.member("room_id", message.room.value);
    out.member("seq", message.seq.value);
    if (message.sender == viewer) out.member("client_msg_id", message.client_msg_id);
    out.end_object();
}

void write_card(JsonWriter& out, UserId id, std::string_view username, std::string_view display_name) {
    out.begin_object();
    out.member("id", id.value);
    out.member("username", username);
    out.member("display_name", display_name);
    out.end_object();
}

void write_room(JsonWriter& out, const chat::Room& room, UserId viewer) {
    out.begin_object();
    out.member("id", room.id.value);
    out.member("user1_id", room.user1.value);
    out.member("user2_id", room.user2.value);
    out.member("created_at", room.created_at);
    out.key("last_message");
    if (room.last_message) {
        write_message(out, *room.last_message, viewer);
    } else {
        out.null();
    }
    out.member("unread_count", room.unread_count);
    out.member("last_seq", room.last_seq.value);
    out.member("read_seq", room.read_seq.value);
    out.member("peer_read_seq", room.peer_read_seq.value);
    out.member("blocked_by_me", room.blocked_by_me);
    out.key("peer");
    write_card(out, room.peer.id, room.peer.username, room.peer.display_name);
    out.end_object();
}

// Writes the members of an event's payload as its recipient gets them.
class PayloadWriter {
public:
    PayloadWriter(JsonWriter& out, UserId recipient) : out_(out), recipient_(recipient) {}

    void add(std::string_view name, const chat::Message& message) {
        out_.key(name);
        write_message(out_, message, recipient_);
    }
    void add(std::string_view name, const chat::Room& room) {
        out_.key(name);
        write_room(out_, room, recipient_);
    }
    void add(std::string_view name, const std::string& text) { out_.member(name, text); }
    void add(std::string_view name, bool flag) { out_.member(name, flag); }
    void add(std::string_view name, std::uint64_t number) { out_.member(name, number); }
    template <typename Tag>
    void add(std::string_view name, StrongNumber<Tag> number) {
        out_.member(name, number.value);
    }

private:
    JsonWriter& out_;
    UserId recipient_;
};

// Of usual texts: pages of them are written without growing the buffer many times.
constexpr std::size_t kUsualItemBytes = 384;

std::string room_for(std::size_t items) {
    std::string text;
    text.reserve(items * kUsualItemBytes);
    return text;
}

void write_event(JsonWriter& out, const chat::Event& event) {
    out.begin_object();
    out.member("type", chat::event_type(event).name);
    out.member("cursor", event.cursor.value);
    out.key("payload");
    out.begin_object();
    PayloadWriter members(out, event.recipient);
    std::visit([&](const auto& payload) { payload.write(members); }, event.payload);
    out.end_object();
    out.end_object();
}

}  // namespace

std::string message_json(const chat::Message& message, UserId viewer) {
    JsonWriter out;
    write_message(out, message, viewer);
    return out.take();
}

std::string messages_json(std::span<const chat::Message> messages, UserId viewer) {
    JsonWriter out(room_for(messages.size()));
    out.begin_array();
    for (const chat::Message& message : messages) write_message(out, message, viewer);
    out.end_array();
    return out.take();
}

std::string room_json(const chat::Room& room, UserId viewer) {
    JsonWriter out;
    write_room(out, room, viewer);
    return out.take();
}

std::string rooms_json(std::span<const chat::Room> rooms, UserId viewer) {
    JsonWriter out(room_for(rooms.size()));
    out.begin_array();
    for (const chat::Room& room : rooms) write_room(out, room, viewer);
    out.end_array();
    return out.take();
}

std::string user_json(const chat::User& user) {
    JsonWriter out;
    write_card(out, user.id, user.username, user.display_name);
    return out.take();
}

std::string users_json(std::span<const chat::User> users) {
    JsonWriter out;
    out.begin_array();
    for (const chat::User& user : users) write_card(out, user.id, user.username, user.display_name);
    out.end_array();
    return out.take();
}

std::string own_user_json(const chat::User& user) {
    JsonWriter out;
    out.begin_object();
    out.member("id", user.id.value);
    out.member("username", user.username);
    out.member("display_name", user.display_name);
    out.member("role", user.role == chat::Role::kAdmin ? "admin" : "user");
    out.member("created_at", user.created_at);
    out.end_object();
    return out.take();
}

std::string login_json(const chat::Login& login) {
    JsonWriter out;
    out.begin_object();
    out.member("access_token", login.access_token);
    out.member("token_type", "bearer");
    out.member("expires_in", std::int64_t{login.expires_in.count()});
    out.member("refresh_token", login.refresh_token);
    out.key("user");
    write_card(out, login.user.id, login.user.username, login.user.display_name);
    out.end_object();
    return out.take();
}

std::string unread_json(const chat::Unread& unread) {
    JsonWriter out;
    out.begin_object();
    out.member("total_unread", unread.total_unread);
    out.member("rooms_unread", unread.rooms_unread);
    out.end_object();
    return out.take();
}

std::string sync_json(const chat::SyncPage& page) {
    JsonWriter out(room_for(page.events.size()));
    out.begin_object();
    out.key("events");
    out.begin_array();
    for (const chat::Event& event : page.events) write_event(out, event);
    out.end_array();
    out.member("cursor", page.cursor.value);
    out.member("epoch", page.epoch);
    out.member("more", page.more);
    out.end_object();
    return out.take();
}

std::string event_json(const chat::Event& event) {
    std::string text;
    append_event_json(text, event);
    return text;
}

void append_event_json(std::string& text, const chat::Event& event) {
    JsonWriter out(std::move(text));
    write_event(out, event);
    text = out.take();
}

std::string send_ack_json(const chat::SentMessage& sent, UserId viewer) {
    JsonWriter out;
    out.begin_object();
    out.member("room_id", sent.message.room.value);
    out.key("message");
    write_message(out, sent.message, viewer);
    out.member("duplicate", sent.duplicate);
    out.end_object();
    return out.take();
}

std::string read_ack_json(const chat::ReadMark& mark) {
    JsonWriter out;
    out.begin_object();
    out.member("room_id", mark.room.value);
    out.member("seq", mark.seq.value);
    out.member("unread_count", mark.unread_count);
    out.member("total_unread", mark.total_unread);
    out.end_object();
    return out.take();
}

}  // namespace billet::wire
