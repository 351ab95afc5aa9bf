// lib/store/transaction.h — chat::Transaction on one connection.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>

#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/database_connection.h"

namespace billet::store {

// The first SQL error, or the refusal of a caller, ends it: it is kept for whoever ran the body,
// and every further call fails.
class MariaDbTransaction : public chat::Transaction {
public:
    // Both must outlive the object. The transaction has been begun.
    MariaDbTransaction(DatabaseConnection& connection, const crypto::ContentSealer& sealer)
        : connection_(connection), sealer_(sealer) {}

    // Ends the transaction with everything in it: what has been written last is sent together with
    // the COMMIT. Throws sql::SQLException.
    void commit();

    // Throws the SQL error or refusal that a call met, if any.
    void rethrow_failure() const {
        if (failure_) std::rethrow_exception(failure_);
    }

    Result<chat::LockedRooms> lock_rooms(std::span<const chat::RoomQuestion> questions,
                                         chat::Patience patience) override;
    Result<std::array<chat::LogHead, 2>> lock_heads(UserId one, UserId other) override;
    Result<chat::LogHead> lock_head(UserId user) override;
    Result<void> write(chat::Changes changes) override;
    Result<std::optional<RoomId>> find_room(UserId one, UserId other) override;
    Result<RoomId> insert_room(std::array<UserId, 2> members, Time created_at) override;
    Result<bool> is_blocked(UserId one, UserId other) override;
    Result<bool> is_disabled(UserId user) override;
    Result<bool> set_block(UserId blocker, UserId blocked, bool on) override;

private:
    DatabaseConnection& connection_;
    const crypto::ContentSealer& sealer_;
    std::exception_ptr failure_;
    // Nearly always the last things before the COMMIT, and then they share its round trip.
    chat::Changes pending_;

    // Sends what waits, calls `act`, keeps the SQL error that either meets.
    template <typename Act>
    std::invoke_result_t<Act> guarded(Act act);
    void flush();
};

}  // namespace billet::store
