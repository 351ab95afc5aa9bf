// lib/chat/batch.h — Writes that share a transaction: what is locked, and what they have made of it
// so far.
//
// The rule of each write is a function of this and of its own request: it sees what those before it
// in the batch have done, as if it had come alone after them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/chat/store.h"

namespace billet::chat {

class Batch {
public:
    explicit Batch(LockedRooms locked);

    // nullptr: there is no such room, or `member` is not in it. The room may be changed in place.
    RoomState* room(RoomId id, UserId member);
    // Of a member of a locked room. It may be changed in place.
    LogHead& head(UserId user);
    bool is_disabled(UserId user) const;
    bool is_blocked(const RoomState& room) const;  // by either
    const RoomAnswer& answer(std::size_t question) const { return before_.answers[question]; }

    // The message of that name, if a write before has added it.
    const Message* find_added(RoomId room, UserId sender, std::string_view client_msg_id) const;
    // How many messages of `sender` above `seq` writes before have added.
    std::uint64_t count_added(RoomId room, UserId sender, Seq seq) const;

    void add(Message message) { messages_.push_back(std::move(message)); }
    void append(Event event) { events_.push_back(std::move(event)); }

    // How many events there are, to find out later which have come since.
    std::size_t mark() const { return events_.size(); }
    std::vector<Event> events_since(std::size_t mark) const;

    // What has changed. Where a room has, its members' heads come along.
    Changes changes() const;

private:
    LockedRooms before_;
    std::vector<RoomState> rooms_;
    std::vector<LogHead> heads_;
    std::vector<Message> messages_;
    std::vector<Event> events_;
};

}  // namespace billet::chat
