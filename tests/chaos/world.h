// tests/chaos/world.h — Who takes part, and the history of it all as it is compared in the end.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lib/wire/json.h"
#include "tests/chaos/journal.h"

namespace billet::chaos {

struct Message {
    std::uint64_t id = 0;
    std::uint64_t seq = 0;
    std::uint64_t sender = 0;
    std::string client_msg_id;  // empty when read by the peer
    std::string content;
    std::string created_at;

    bool operator==(const Message&) const = default;
};
Message message_of(const wire::Json& message);

// An event as its reader got it: from /chat/sync, or from a socket.
struct Event {
    std::uint64_t cursor = 0;
    std::string type;  // "ack" when the socket's own message came as one
    wire::Json payload;
    // Of a socket: when it was applied, and since when that connection had been welcomed.
    std::int64_t at_ms = 0;
    std::int64_t connected_ms = 0;
};

// JSON text of a value with its members sorted by name: equal iff the values are.
std::string canonical(const wire::Json& value);

struct RoomView {
    std::uint64_t last_seq = 0;
    std::uint64_t read_seq = 0;
    std::uint64_t peer_read_seq = 0;
    std::uint64_t unread_count = 0;
    std::vector<Message> history;
};

struct RoomHistory {
    std::uint64_t id = 0;
    std::array<std::size_t, 2> members{};  // indices of users
    std::array<RoomView, 2> views;         // of each member

    // 0 or 1; 2 for a stranger.
    std::size_t side_of(std::size_t user) const { return user == members[0] ? 0 : user == members[1] ? 1 : 2; }
};

struct UserHistory {
    std::uint64_t id = 0;
    std::uint64_t total_unread = 0;
    std::uint64_t rooms_unread = 0;
    std::uint64_t head = 0;  // as /chat/sync without a cursor says
    std::vector<Event> log;  // /chat/sync from 0
};

// All that one resuming client has applied, over all its connections.
struct ClientHistory {
    std::string name;
    std::size_t user = 0;
    std::vector<Event> applied;
};

struct World {
    std::vector<UserHistory> users;
    std::vector<RoomHistory> rooms;
    std::vector<ClientHistory> clients;
    std::vector<Intent> intents;
    std::map<std::pair<std::size_t, std::size_t>, Mark> marks;  // by user and room
};

}  // namespace billet::chaos
