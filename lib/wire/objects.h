// lib/wire/objects.h — The objects of the public contract as JSON: one writer each, used by REST,
// sync and the socket alike.
#pragma once

#include <span>
#include <string>

#include "lib/base/error.h"
#include "lib/chat/accounts.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/events.h"
#include "lib/chat/send_message.h"
#include "lib/chat/sync.h"

namespace billet::wire {

// `viewer`: client_msg_id is written for the message's sender only.
std::string message_json(const chat::Message& message, UserId viewer);
std::string messages_json(std::span<const chat::Message> messages, UserId viewer);
std::string room_json(const chat::Room& room, UserId viewer);
std::string rooms_json(std::span<const chat::Room> rooms, UserId viewer);
std::string user_json(const chat::User& user);  // id, username, display_name
std::string users_json(std::span<const chat::User> users);
std::string own_user_json(const chat::User& user);  // and role, created_at
std::string login_json(const chat::Login& login);   // tokens, and user
std::string unread_json(const chat::Unread& unread);
std::string sync_json(const chat::SyncPage& page);  // {"events","cursor","epoch","more"}

// {"type","cursor","payload"}: the same bytes in /chat/sync, in a notice and as a frame of the
// socket.
std::string event_json(const chat::Event& event);
void append_event_json(std::string& text, const chat::Event& event);

// The payload of an `ack` frame.
// {"room_id","message","duplicate"}
std::string send_ack_json(const chat::SentMessage& sent, UserId viewer);
// {"room_id","seq","unread_count","total_unread"}
std::string read_ack_json(const chat::ReadMark& mark);

// RFC 9457. `detail` is a fixed sentence of the code; nothing of error.detail gets out.
std::string problem_json(const Error& error, std::string_view request_id);

}  // namespace billet::wire
