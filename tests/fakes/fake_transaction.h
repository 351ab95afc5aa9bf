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
    FakeTransaction(FakeState& state, const std::set<RoomId>& held, std::vector<std::size_t>& asked)
        : state_(state), held_(held), asked_(asked) {}

    Result<chat::LockedRooms> lock_rooms(std::span<const chat::RoomQuestion> questions,
                                         chat::Patience patience) override;
    Result<std::array<chat::LogHead, 2>> lock_heads(UserId one, UserId other) override;
    Result<chat::LogHead> lock_head(UserId user) override;
    Result<std::optional<RoomId>> find_room(UserId one, UserId other) override;
    Result<RoomId> insert_room(std::array<UserId, 2> members, Time created_at) override;
    Result<void> write(chat::Changes changes) override;
    Result<bool> is_blocked(UserId one, UserId other) override;
    Result<bool> is_disabled(UserId user) override;
    Result<bool> set_block(UserId blocker, UserId blocked, bool on) override;

private:
    FakeState& state_;
    const std::set<RoomId>& held_;
    std::vector<std::size_t>& asked_;

    void lock(const chat::RoomState& room, chat::LockedRooms& locked);
    chat::RoomAnswer answer(const chat::RoomQuestion& question) const;
    chat::Standing standing(const chat::RoomQuestion& question) const;
};

}  // namespace billet::fakes
