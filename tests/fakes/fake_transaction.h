// tests/fakes/fake_transaction.h — A transaction on a copy of the fake store's state.
#pragma once

#include <cstdint>

#include "tests/fakes/fake_store.h"

namespace billet::fakes {

bool blocked_either_way(const FakeState& state, UserId one, UserId other);
// Or none.
const FakeState::Block* find_block(const FakeState& state, UserId blocker, UserId blocked);
std::optional<RoomId> find_pair(const FakeState& state, UserId one, UserId other);

class FakeTransaction : public chat::Transaction {
public:
    explicit FakeTransaction(FakeState& state) : state_(state) {}

    Result<chat::LockedRoom> lock_room(RoomId room, UserId member, std::string_view client_msg_id) override;
    Result<std::array<chat::LogHead, 2>> lock_heads(UserId one, UserId other) override;
    Result<chat::LogHead> lock_head(UserId user) override;
    Result<std::optional<RoomId>> find_room(UserId one, UserId other) override;
    Result<RoomId> insert_room(std::array<UserId, 2> members, Time created_at) override;
    Result<MessageId> insert_message(const chat::Message& message) override;
    Result<void> save_room(const chat::RoomState& state, const std::array<chat::LogHead, 2>& heads) override;
    Result<void> save_heads(std::span<const chat::LogHead> heads) override;
    Result<void> append_events(std::span<const chat::Event> events) override;
    Result<std::uint64_t> count_messages(RoomId room, UserId sender, Seq after, Seq up_to) override;
    Result<MessageId> message_id_at(RoomId room, Seq seq) override;
    Result<bool> is_blocked(UserId one, UserId other) override;
    Result<bool> is_disabled(UserId user) override;
    Result<bool> set_block(UserId blocker, UserId blocked, bool on) override;

private:
    FakeState& state_;
};

}  // namespace billet::fakes
