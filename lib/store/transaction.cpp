// lib/store/transaction.cpp — The locking statements and the writes.
#include "lib/store/transaction.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include <cppconn/exception.h>

#include "lib/store/errors.h"
#include "lib/store/events.h"
#include "lib/store/inserts.h"
#include "lib/store/rows.h"

namespace billet::store {
namespace {

// One statement that locks in the order of the tables as written, and, because FOR UPDATE reads
// what is committed now and not a snapshot, sees a block, a disabled peer or a known message that
// was committed while it waited for the locks before it.
// The peer's account is locked too; whoever does that holds the peer's log, so no two can wait for
// each other there.
constexpr auto kLockRoom = "SELECT " + kRoomColumns + ", " + head_columns("l1") + ", " + head_columns("l2") +
                           ", b1.blocker_id IS NOT NULL OR b2.blocker_id IS NOT NULL, u.disabled_at IS NOT NULL, " +
                           kMessageColumns +
                           " FROM chat_rooms r"
                           " STRAIGHT_JOIN user_log l1 ON l1.user_id = r.user1_id"
                           " STRAIGHT_JOIN user_log l2 ON l2.user_id = r.user2_id"
                           " STRAIGHT_JOIN users u ON u.id = IF(r.user1_id = ?, r.user2_id, r.user1_id)"
                           " LEFT JOIN blocks b1 ON b1.blocker_id = r.user1_id AND b1.blocked_id = r.user2_id"
                           " LEFT JOIN blocks b2 ON b2.blocker_id = r.user2_id AND b2.blocked_id = r.user1_id"
                           " LEFT JOIN chat_messages m ON m.room_id = r.id AND m.sender_id = ? AND m.client_msg_id = ?"
                           " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?) FOR UPDATE";
constexpr auto kBeginAndLockRoom = opening(kLockRoom);

constexpr auto kLockHead = "SELECT " + head_columns("l") + " FROM user_log l WHERE l.user_id = ? FOR UPDATE";
constexpr Statement kFindRoom = "SELECT id FROM chat_rooms WHERE user1_id = ? AND user2_id = ?";
constexpr Statement kInsertRoom =
    "INSERT INTO chat_rooms (user1_id, user2_id, created_at, last_message_at) VALUES (?, ?, ?, ?) RETURNING id";
constexpr auto kInsertMessage = kInsertMessages<1> + " RETURNING id";
constexpr auto kSaveRoom = sql_text(
    "UPDATE chat_rooms r, user_log l1, user_log l2 SET"
    " r.last_seq = ?, r.last_message_at = ?, r.user1_read_seq = ?, r.user2_read_seq = ?, r.user1_unread = ?, "
    "r.user2_unread = ?, r.user1_held_seq = ?, r.user2_held_seq = ?,"
    " l1.head_cursor = ?, l1.total_unread = ?, l1.rooms_unread = ?, l2.head_cursor = ?, l2.total_unread = ?, "
    "l2.rooms_unread = ?"
    " WHERE r.id = ? AND l1.user_id = ? AND l2.user_id = ?");
constexpr auto kSaveRoomAndCommit = closing(kSaveRoom + "; " + kInsertEvents<2> + "; ");
constexpr Statement kSaveHead =
    "UPDATE user_log SET head_cursor = ?, total_unread = ?, rooms_unread = ? WHERE user_id = ?";
constexpr Statement kCountMessages =
    "SELECT COUNT(*) FROM chat_messages WHERE room_id = ? AND seq > ? AND seq <= ? AND sender_id = ?";
constexpr Statement kMessageIdAt = "SELECT id FROM chat_messages WHERE room_id = ? AND seq = ?";
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

void add_values(Values& values, std::span<const chat::EventRow> rows) {
    for (const chat::EventRow& row : rows) std::ranges::copy(values_of(row), std::back_inserter(values));
}

Parameter parameter_of(const std::optional<Seq>& seq) {
    return seq ? Parameter(*seq) : Parameter(std::nullopt);
}

// In the order of kSaveRoom.
void add_values(Values& values, const RoomWrite& write) {
    const chat::RoomState& state = write.state;
    const auto& heads = write.heads;
    for (const Parameter& value :
         {Parameter(state.last_seq), Parameter(state.last_message_at), Parameter(state.read_seq[0]),
          Parameter(state.read_seq[1]), Parameter(state.unread[0]), Parameter(state.unread[1]),
          parameter_of(state.held_seq[0]), parameter_of(state.held_seq[1]), Parameter(heads[0].head),
          Parameter(heads[0].total_unread), Parameter(heads[0].rooms_unread), Parameter(heads[1].head),
          Parameter(heads[1].total_unread), Parameter(heads[1].rooms_unread), Parameter(state.id),
          Parameter(heads[0].user), Parameter(heads[1].user)})
        values.push_back(value);
}

void append(DatabaseConnection& connection, std::span<const chat::EventRow> rows) {
    for (std::size_t step = 0; !rows.empty(); rows = rows.subspan(step)) {
        step = std::min<std::size_t>(2, rows.size());
        Values values;
        add_values(values, rows.first(step));
        connection.update_list(step == 2 ? Statement(kInsertEvents<2>) : Statement(kInsertEvents<1>), values);
    }
}

Result<chat::LockedRoom> read_locked_room(Rows& rows, UserId member, const crypto::ContentSealer& sealer) {
    if (!rows.next()) return make_error(Code::kNotFound);
    Columns columns(rows);
    chat::LockedRoom locked{.state = read_room(columns),
                            .heads = {read_head(columns), read_head(columns)},
                            .blocked = columns.flag(),
                            .peer_disabled = columns.flag(),
                            .known = std::nullopt};
    auto sealed = read_sealed(columns);
    if (!sealed) return locked;
    auto known = open_message(*std::move(sealed), locked.state.seen_by(member), sealer);
    if (!known) return std::move(known).error();
    locked.known = std::move(known).value();
    return locked;
}

}  // namespace

template <typename Act>
std::invoke_result_t<Act> MariaDbTransaction::guarded(Act act) {
    if (failure_) return unavailable("the transaction has failed already");
    try {
        flush();
        return act();
    } catch (const sql::SQLException& error) {
        failure_ = std::current_exception();
        return final_error(judge(error), describe(error));
    }
}

void MariaDbTransaction::flush() {
    if (room_) {
        Values values;
        add_values(values, *room_);
        connection_.update_list(kSaveRoom, values);
        room_.reset();
    }
    append(connection_, std::exchange(events_, {}));
}

void MariaDbTransaction::commit() {
    if (room_ && events_.size() == 2) {
        Values values;
        add_values(values, *room_);
        add_values(values, events_);
        connection_.update_closing(kSaveRoomAndCommit, values);
    } else {
        flush();
        connection_.commit();
    }
}

Result<chat::LockedRoom> MariaDbTransaction::lock_room(RoomId room, UserId member, std::string_view client_msg_id) {
    return guarded([&] {
        const auto read = [&](Rows& rows) { return read_locked_room(rows, member, sealer_); };
        if (connection_.is_begin_pending())
            return connection_.query_opening(kBeginAndLockRoom, read, member, member, client_msg_id, room, member,
                                             member);
        Rows rows = connection_.query(kLockRoom, member, member, client_msg_id, room, member, member);
        return read(rows);
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

Result<MessageId> MariaDbTransaction::insert_message(const chat::Message& message) {
    return guarded([&]() -> Result<MessageId> {
        const crypto::Sealed sealed = sealer_.seal(message.room, message.seq, message.sender, message.content);
        return MessageId{inserted_id(connection_.query_list(kInsertMessage, values_of(message, sealed)))};
    });
}

Result<void> MariaDbTransaction::save_room(const chat::RoomState& state, const std::array<chat::LogHead, 2>& heads) {
    return guarded([&]() -> Result<void> {
        room_ = RoomWrite{state, heads};
        return {};
    });
}

Result<void> MariaDbTransaction::save_heads(std::span<const chat::LogHead> heads) {
    return guarded([&]() -> Result<void> {
        for (const chat::LogHead& head : heads)
            connection_.update(kSaveHead, head.head, head.total_unread, head.rooms_unread, head.user);
        return {};
    });
}

// After save_room, whose write goes on waiting: the two leave with the COMMIT.
Result<void> MariaDbTransaction::append_events(std::span<const chat::Event> events) {
    if (failure_) return unavailable("the transaction has failed already");
    for (const chat::Event& event : events) events_.push_back(chat::row_of(event));
    return {};
}

Result<std::uint64_t> MariaDbTransaction::count_messages(RoomId room, UserId sender, Seq after, Seq up_to) {
    return guarded([&]() -> Result<std::uint64_t> {
        Rows rows = connection_.query(kCountMessages, room, after, up_to, sender);
        rows.next();
        return rows.number(1);
    });
}

Result<MessageId> MariaDbTransaction::message_id_at(RoomId room, Seq seq) {
    return guarded([&]() -> Result<MessageId> {
        Rows rows = connection_.query(kMessageIdAt, room, seq);
        if (!rows.next()) return make_error(Code::kNotFound);
        return MessageId{rows.number(1)};
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
