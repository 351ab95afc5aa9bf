// lib/store/transaction.cpp — The statements of a transaction, but for those of rooms
// (locked_rooms.cpp) and of changes in any number (changes.cpp).
#include "lib/store/transaction.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include <cppconn/exception.h>

#include "lib/store/errors.h"
#include "lib/store/changes.h"
#include "lib/store/identity.h"
#include "lib/store/inserts.h"
#include "lib/store/locked_rooms.h"
#include "lib/store/rows.h"

namespace billet::store {
namespace {

constexpr auto kLockHead = "SELECT " + head_columns("l") + " FROM user_log l WHERE l.user_id = ? FOR UPDATE";
constexpr Statement kFindRoom = "SELECT id FROM chat_rooms WHERE user1_id = ? AND user2_id = ?";
constexpr Statement kInsertRoom =
    "INSERT INTO chat_rooms (user1_id, user2_id, created_at, last_message_at) VALUES (?, ?, ?, ?) RETURNING id";
constexpr auto kSaveRoom = sql_text(
    "UPDATE chat_rooms r, user_log l1, user_log l2 SET"
    " r.last_seq = ?, r.last_message_at = ?, r.user1_read_seq = ?, r.user2_read_seq = ?, r.user1_unread = ?, "
    "r.user2_unread = ?, r.user1_held_seq = ?, r.user2_held_seq = ?,"
    " l1.head_cursor = ?, l1.total_unread = ?, l1.rooms_unread = ?, l2.head_cursor = ?, l2.total_unread = ?, "
    "l2.rooms_unread = ?"
    " WHERE r.id = ? AND l1.user_id = ? AND l2.user_id = ?");
constexpr auto kMarkAndCommit = closing(kSaveRoom + "; " + kInsertEvents<2> + "; ");
constexpr auto kSendAndCommit = closing(kInsertMessages<1> + "; " + kSaveRoom + "; " + kInsertEvents<2> + "; ");
// Without the hint a small table is scanned, and the rows of others are waited for.
constexpr Statement kIsBlocked =
    "SELECT 1 FROM blocks FORCE INDEX (PRIMARY) WHERE (blocker_id = ? AND blocked_id = ?) OR (blocker_id = ? AND "
    "blocked_id = ?) LOCK IN SHARE MODE";
constexpr Statement kIsDisabled = "SELECT disabled_at IS NOT NULL FROM users WHERE id = ? LOCK IN SHARE MODE";
// Also the names that the two see of each other from now on: those of the other's block, if that
// stands already.
constexpr Statement kBlock =
    "INSERT INTO blocks (blocker_id, blocked_id, created_at, blocker_name, blocked_name)"
    " SELECT a.id, b.id, UTC_TIMESTAMP(6), COALESCE(o.blocked_name, a.display_name), COALESCE(o.blocker_name, "
    "b.display_name)"
    " FROM users a STRAIGHT_JOIN users b LEFT JOIN blocks o ON o.blocker_id = b.id AND o.blocked_id = a.id"
    " WHERE a.id = ? AND b.id = ?";
constexpr Statement kUnblock = "DELETE FROM blocks WHERE blocker_id = ? AND blocked_id = ?";

std::uint64_t inserted_id(Rows rows) {
    if (!rows.next()) throw sql::SQLException("INSERT … RETURNING gave no row");
    return rows.number(1);
}

// Inserts what may stand already; false when it does. Only the statement is undone then.
template <typename Insert>
bool inserted(Insert insert) {
    try {
        insert();
        return true;
    } catch (const sql::SQLException& error) {
        if (judge(error) == Verdict::kDuplicate) return false;
        throw;
    }
}

using Values = std::vector<Parameter>;

Parameter parameter_of(const std::optional<Seq>& seq) {
    return seq ? Parameter(*seq) : Parameter(std::nullopt);
}

// In the order of kSaveRoom.
void add_values(Values& values, const chat::RoomState& room, const chat::LogHead& lower, const chat::LogHead& higher) {
    for (const Parameter& value :
         {Parameter(room.last_seq), Parameter(room.last_message_at), Parameter(room.read_seq[0]),
          Parameter(room.read_seq[1]), Parameter(room.unread[0]), Parameter(room.unread[1]),
          parameter_of(room.held_seq[0]), parameter_of(room.held_seq[1]), Parameter(lower.head),
          Parameter(lower.total_unread), Parameter(lower.rooms_unread), Parameter(higher.head),
          Parameter(higher.total_unread), Parameter(higher.rooms_unread), Parameter(room.id), Parameter(lower.user),
          Parameter(higher.user)})
        values.push_back(value);
}

// The two shapes that nearly every lone write has, prepared: one room with both its members'
// events, with a message or without.
bool is_lone(const chat::Changes& changes) {
    return changes.rooms.size() == 1 && changes.heads.size() == 2 && changes.events.size() == 2 &&
           changes.messages.size() <= 1;
}

}  // namespace

template <typename Act>
std::invoke_result_t<Act> MariaDbTransaction::guarded(Act act) {
    if (failure_) return unavailable("the transaction has failed already");
    try {
        flush();
        return act();
    } catch (const Refused& refused) {
        failure_ = std::current_exception();
        return refused.error;
    } catch (const sql::SQLException& error) {
        failure_ = std::current_exception();
        return final_error(judge(error), describe(error));
    }
}

void MariaDbTransaction::flush() {
    if (pending_.empty()) return;
    connection_.run_script(script_of(std::exchange(pending_, {}), sealer_, connection_.take_begin(), false));
}

void MariaDbTransaction::commit() {
    if (pending_.empty()) return connection_.commit();
    if (!is_lone(pending_) || connection_.is_begin_pending())
        return connection_.run_closing_script(script_of(pending_, sealer_, connection_.take_begin(), true));
    Values values;
    std::vector<chat::EventRow> rows;
    for (const chat::Event& event : pending_.events) rows.push_back(chat::row_of(event));
    crypto::Sealed sealed;
    if (!pending_.messages.empty()) {
        const chat::Message& message = pending_.messages.front();
        sealed = sealer_.seal(message.room, message.seq, message.sender, message.content);
        std::ranges::copy(values_of(message, sealed), std::back_inserter(values));
    }
    add_values(values, pending_.rooms[0], pending_.heads[0], pending_.heads[1]);
    for (const chat::EventRow& row : rows) std::ranges::copy(values_of(row), std::back_inserter(values));
    connection_.update_closing(pending_.messages.empty() ? Statement(kMarkAndCommit) : Statement(kSendAndCommit),
                               values);
}

Result<chat::LockedRooms> MariaDbTransaction::lock_rooms(std::span<const chat::RoomQuestion> questions,
                                                         chat::Patience patience) {
    return guarded(
        [&]() -> Result<chat::LockedRooms> { return store::lock_rooms(connection_, questions, patience, sealer_); });
}

Result<void> MariaDbTransaction::write(chat::Changes changes) {
    return guarded([&]() -> Result<void> {
        pending_ = std::move(changes);
        return {};
    });
}

Result<chat::LogHead> MariaDbTransaction::lock_head(UserId user) {
    return guarded([&]() -> Result<chat::LogHead> {
        Rows rows = connection_.query(kLockHead, user);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        return read_head(columns);
    });
}

// Two statements, because the order of one with an IN list would be the optimizer's.
Result<std::array<chat::LogHead, 2>> MariaDbTransaction::lock_heads(UserId one, UserId other) {
    auto lower = lock_head(std::min(one, other));
    if (!lower) return std::move(lower).error();
    auto higher = lock_head(std::max(one, other));
    if (!higher) return std::move(higher).error();
    return std::array{*lower, *higher};
}

Result<std::optional<RoomId>> MariaDbTransaction::find_room(UserId one, UserId other) {
    return guarded([&]() -> Result<std::optional<RoomId>> {
        Rows rows = connection_.query(kFindRoom, std::min(one, other), std::max(one, other));
        if (!rows.next()) return std::optional<RoomId>{};
        return std::optional{RoomId{rows.number(1)}};
    });
}

Result<RoomId> MariaDbTransaction::insert_room(std::array<UserId, 2> members, Time created_at) {
    return guarded([&]() -> Result<RoomId> {
        RoomId id;
        const bool made = inserted([&] {
            id = RoomId{inserted_id(connection_.query(kInsertRoom, members[0], members[1], created_at, created_at))};
        });
        if (!made) return make_error(Code::kConflict);
        return id;
    });
}

Result<bool> MariaDbTransaction::is_blocked(UserId one, UserId other) {
    return guarded([&]() -> Result<bool> { return connection_.query(kIsBlocked, one, other, other, one).next(); });
}

Result<bool> MariaDbTransaction::is_disabled(UserId user) {
    return guarded([&]() -> Result<bool> {
        Rows rows = connection_.query(kIsDisabled, user);
        if (!rows.next()) return make_error(Code::kNotFound);
        return rows.flag(1);
    });
}

Result<bool> MariaDbTransaction::set_block(UserId blocker, UserId blocked, bool on) {
    return guarded([&]() -> Result<bool> {
        if (on) return inserted([&] { connection_.update(kBlock, blocker, blocked); });
        return connection_.update(kUnblock, blocker, blocked) > 0;
    });
}

}  // namespace billet::store
