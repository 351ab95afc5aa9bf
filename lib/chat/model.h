// lib/chat/model.h — The things of a 1:1 chat, as plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/ids.h"

namespace billet::chat {

enum class Role { kUser, kAdmin };

struct User {
    UserId id;
    std::string username;  // never changes
    std::string display_name;
    Role role = Role::kUser;
    Time created_at;
    bool disabled = false;
};

// What others may see of a user.
struct UserCard {
    UserId id;
    std::string username;
    std::string display_name;

    bool operator==(const UserCard&) const = default;
};

UserCard card_of(const User& user);

struct Message {
    MessageId id;
    RoomId room;
    Seq seq;
    UserId sender;
    std::string client_msg_id;  // shown to the sender only
    std::string content;        // UTF-8, plain
    Time created_at;
    bool is_read = false;  // by the member it was sent to

    bool operator==(const Message&) const = default;
};

// The room row: both members' state. Index 0 is user1 (the lower id), index 1 is user2.
struct RoomState {
    RoomId id;
    std::array<UserId, 2> members;
    Time created_at;
    Seq last_seq;
    Time last_message_at;  // created_at while the room is empty
    std::array<Seq, 2> read_seq;
    std::array<std::uint64_t, 2> unread{};
    // What the peer sees of a member's mark that moved while a block stood between the two; empty:
    // the mark itself.
    std::array<std::optional<Seq>, 2> held_seq{};

    // 0 or 1; `user` must be a member.
    std::size_t index_of(UserId user) const { return members[0] == user ? 0 : 1; }
    std::size_t peer_index_of(UserId user) const { return 1 - index_of(user); }
    UserId peer_of(UserId user) const { return members[peer_index_of(user)]; }
    // With the peer's read mark as `viewer`, a member, may see it. Not to be saved.
    RoomState seen_by(UserId viewer) const;

    bool operator==(const RoomState&) const = default;
};

// A room as one member sees it.
struct Room {
    RoomId id;
    UserId user1;
    UserId user2;
    Time created_at;
    std::optional<Message> last_message;
    std::uint64_t unread_count = 0;
    Seq last_seq;
    Seq read_seq;
    Seq peer_read_seq;
    bool blocked_by_me = false;
    UserCard peer;

    bool operator==(const Room&) const = default;
};

// The narrow row that numbers a user's events.
struct LogHead {
    UserId user;
    Cursor head;                     // of the newest event; 0: none yet
    Cursor floor;                    // events up to and including this one have been pruned
    std::uint64_t total_unread = 0;  // messages
    std::uint64_t rooms_unread = 0;  // rooms with unread messages

    bool operator==(const LogHead&) const = default;
};

// Who makes a request, as a verified token says.
struct Caller {
    UserId user;
    std::string session_id;  // printable, no blanks
    Time token_expires_at;
};

}  // namespace billet::chat
