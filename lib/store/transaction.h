// lib/store/transaction.h — chat::Transaction on one connection.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <vector>

#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/database_connection.h"
#include "lib/store/events.h"

namespace billet::store {

struct RoomWrite {
    chat::RoomState state;
    std::array<chat::LogHead, 2> heads;
};

// The first SQL error ends it: it is kept for whoever ran the body, and every further call fails.
class MariaDbTransaction : public chat::Transaction {
public:
    // Both must outlive the object. The transaction has been begun.
    MariaDbTransaction(DatabaseConnection& connection, const crypto::ContentSealer& sealer)
        : connection_(connection), sealer_(sealer) {}

    // Ends the transaction with everything in it: what has been written last is sent together with
    // the COMMIT. Throws sql::SQLException.
    void commit();

    // Throws the SQL error that a call met, if any.
    void rethrow_failure() const {
        if (failure_) std::rethrow_exception(failure_);
    }

    Result<chat::LockedRoom> lock_room(RoomId room, UserId member, std::string_view client_msg_id) override;
    Result<std::array<chat::LogHead, 2>> lock_heads(UserId one, UserId other) override;
    Result<chat::LogHead> lock_head(UserId user) override;
    Result<std::optional<RoomId>> find_room(UserId one, UserId other) override;
    Result<RoomId> insert_room(std::array<UserId, 2> members, Time created_at) override;
    Result<MessageId> insert_message(const chat::Message& message) override;
    // Neither this nor save_heads writes the floor: it belongs to whoever prunes the log.
    Result<void> save_room(const chat::RoomState& state, const std::array<chat::LogHead, 2>& heads) override;
    Result<void> save_heads(std::span<const chat::LogHead> heads) override;
    Result<void> append_events(std::span<const chat::Event> events) override;
    Result<std::uint64_t> count_messages(RoomId room, UserId sender, Seq after, Seq up_to) override;
    Result<MessageId> message_id_at(RoomId room, Seq seq) override;
    Result<bool> is_blocked(UserId one, UserId other) override;
    Result<bool> is_disabled(UserId user) override;
    Result<bool> set_block(UserId blocker, UserId blocked, bool on) override;

private:
    DatabaseConnection& connection_;
    const crypto::ContentSealer& sealer_;
    std::exception_ptr failure_;
    // Written, but not sent yet: nearly always the last things before the COMMIT, and then they
    // share its round trip.
    std::optional<RoomWrite> room_;
    std::vector<chat::EventRow> events_;

    // Sends what waits, calls `act`, keeps the SQL error that either meets.
    template <typename Act>
    std::invoke_result_t<Act> guarded(Act act);
    void flush();
};

}  // namespace billet::store
