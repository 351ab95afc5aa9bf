// tests/support/chat_state.h — What a client knows, made in two ways that must agree: from the
// events of its log, and fetched by REST.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "tests/support/live_client.h"
#include "tests/support/stack.h"

namespace billet::tests {

struct RoomState {
    std::uint64_t read_seq = 0;
    std::uint64_t peer_read_seq = 0;
    std::uint64_t unread = 0;
    std::map<std::uint64_t, std::string> messages;  // by seq: id, sender, client_msg_id, content
};

struct ChatState {
    std::uint64_t me = 0;
    std::uint64_t cursor = 0;  // of the last event applied
    std::uint64_t total_unread = 0;
    std::map<std::uint64_t, RoomState> rooms;
    std::set<std::uint64_t> blocked;
    int misplaced = 0;  // events whose cursor was not the next one

    // Takes a durable event, or the ack in the place of one; ignores frames without a cursor.
    void apply(const LiveFrame& frame);
    // All of it but the cursor, line by line.
    std::string text() const;
};

// As a client without any state would fetch it.
ChatState fetch_state(const Person& person);

}  // namespace billet::tests
