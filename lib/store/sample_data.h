// lib/store/sample_data.h — Many users, rooms and messages, written as fast as the database takes
// them and consistent at every commit.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lib/base/config/database.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"

namespace billet::store {

class Retrier;

struct SampleMessage {
    std::size_t sender = 0;  // index of the member: 0 is the one with the lower id
    std::string content;
    Time created_at;  // not before those of the room
};

// For one thread. Both may run beside the daemons; live sockets are not told. Errors as of
// Maintenance.
class SampleData {
public:
    // `sealer` must outlive the object.
    SampleData(DatabaseConfig config, const crypto::ContentSealer& sealer);
    ~SampleData();
    SampleData(const SampleData&) = delete;
    SampleData& operator=(const SampleData&) = delete;

    // One transaction. Accounts without a password. kConflict when a name is taken; then none is
    // made.
    Result<std::vector<chat::UserCard>> add_users(std::span<const chat::UserCard> wishes, Time created_at);
    // With room_created in both logs. kConflict when the two have a room.
    Result<chat::RoomState> add_room(const chat::UserCard& one, const chat::UserCard& other, Time created_at);
    // One transaction: appends the messages to the room with an event to each member, then both
    // members read all but the last `unread` of the room.
    Result<void> add_messages(const chat::RoomState& room, std::span<const SampleMessage> messages,
                              std::uint64_t unread);

private:
    std::unique_ptr<Retrier> retrier_;
    const crypto::ContentSealer& sealer_;
};

}  // namespace billet::store
