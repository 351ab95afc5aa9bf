// lib/store/store_rooms.cpp — Rooms and history as one member sees them. Every read costs O(page).
#include <algorithm>
#include <utility>

#include "lib/store/attempts.h"
#include "lib/store/rows.h"
#include "lib/store/store.h"

namespace billet::store {
namespace {

constexpr const char* kRoomState =
    "SELECT id, user1_id, user2_id, created_at, last_seq, last_message_at, user1_read_seq, user2_read_seq, "
    "user1_unread, user2_unread, user1_held_seq, user2_held_seq"
    " FROM chat_rooms WHERE id = ? AND (user1_id = ? OR user2_id = ?)";
constexpr const char* kRoomOf = "SELECT id FROM chat_rooms WHERE user1_id = ? AND user2_id = ?";

// The columns of read_view.
constexpr const char* kRoom =
    "SELECT r.id, r.user1_id, r.user2_id, r.created_at, r.last_seq, r.last_message_at,"
    " r.user1_read_seq, r.user2_read_seq, r.user1_unread, r.user2_unread, r.user1_held_seq, r.user2_held_seq,"
    " u.id, u.username, COALESCE(b.blocked_name, t.blocker_name, u.display_name), b.blocker_id IS NOT NULL,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, m.content, m.created_at"
    " FROM chat_rooms r"
    " STRAIGHT_JOIN users u ON u.id = IF(r.user1_id = ?, r.user2_id, r.user1_id)"
    " LEFT JOIN blocks b ON b.blocker_id = ? AND b.blocked_id = u.id"
    " LEFT JOIN blocks t ON t.blocker_id = u.id AND t.blocked_id = ?"
    " LEFT JOIN chat_messages m ON m.room_id = r.id AND m.seq = r.last_seq"
    " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?)";
// The newest of both index scans first picked, then joined: nothing but the page is read. The position is written expanded,
// because MariaDB does not use an index for a comparison of pairs.
constexpr const char* kRooms =
    "SELECT r.id, r.user1_id, r.user2_id, r.created_at, r.last_seq, r.last_message_at,"
    " r.user1_read_seq, r.user2_read_seq, r.user1_unread, r.user2_unread, r.user1_held_seq, r.user2_held_seq,"
    " u.id, u.username, COALESCE(b.blocked_name, t.blocker_name, u.display_name), b.blocker_id IS NOT NULL,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, m.content, m.created_at"
    " FROM ("
    "  (SELECT id, last_message_at FROM chat_rooms FORCE INDEX (user1_rooms)"
    "   WHERE user1_id = ? AND last_message_at <= ? AND (last_message_at < ? OR id < ?)"
    "   ORDER BY last_message_at DESC, id DESC LIMIT ?)"
    "  UNION ALL"
    "  (SELECT id, last_message_at FROM chat_rooms FORCE INDEX (user2_rooms)"
    "   WHERE user2_id = ? AND last_message_at <= ? AND (last_message_at < ? OR id < ?)"
    "   ORDER BY last_message_at DESC, id DESC LIMIT ?)"
    "  ORDER BY last_message_at DESC, id DESC LIMIT ?) p"
    " STRAIGHT_JOIN chat_rooms r ON r.id = p.id"
    " STRAIGHT_JOIN users u ON u.id = IF(r.user1_id = ?, r.user2_id, r.user1_id)"
    " LEFT JOIN blocks b ON b.blocker_id = ? AND b.blocked_id = u.id"
    " LEFT JOIN blocks t ON t.blocker_id = u.id AND t.blocked_id = ?"
    " LEFT JOIN chat_messages m ON m.room_id = r.id AND m.seq = r.last_seq"
    " ORDER BY p.last_message_at DESC, p.id DESC";
constexpr unsigned kViewPeer = 1 + kRoomColumns;
constexpr unsigned kViewBlocked = kViewPeer + 3;
constexpr unsigned kViewMessage = kViewBlocked + 1;

// One statement gives membership, marks and page, all of one moment. A member's room without such messages is one row of
// NULLs behind the room's columns. The page is a range of numbers, which have no holes: with ORDER BY and LIMIT MariaDB reads and
// sorts the whole rest of the room, because an outer join does not keep the order of its index. The rows come in any order.
// Of the room only what read_marks() wants: it comes with each message again.
constexpr const char* kHistoryDown =
    "SELECT r.id, r.user1_id, r.user2_id, r.last_seq, r.user1_read_seq, r.user2_read_seq, r.user1_held_seq, "
    "r.user2_held_seq,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, m.content, m.created_at"
    " FROM chat_rooms r LEFT JOIN chat_messages m FORCE INDEX (PRIMARY) ON m.room_id = r.id"
    " AND m.seq <= LEAST(?, r.last_seq) AND m.seq > GREATEST(LEAST(?, r.last_seq), ?) - ?"
    " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?)";
constexpr const char* kHistoryUp =
    "SELECT r.id, r.user1_id, r.user2_id, r.last_seq, r.user1_read_seq, r.user2_read_seq, r.user1_held_seq, "
    "r.user2_held_seq,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, m.content, m.created_at"
    " FROM chat_rooms r LEFT JOIN chat_messages m FORCE INDEX (PRIMARY) ON m.room_id = r.id"
    " AND m.seq > ? AND m.seq <= ?"
    " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?)";
constexpr const char* kMessage =
    "SELECT r.id, r.user1_id, r.user2_id, r.created_at, r.last_seq, r.last_message_at,"
    " r.user1_read_seq, r.user2_read_seq, r.user1_unread, r.user2_unread, r.user1_held_seq, r.user2_held_seq,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, m.content, m.created_at"
    " FROM chat_messages m STRAIGHT_JOIN chat_rooms r ON r.id = m.room_id"
    " WHERE m.id = ? AND (r.user1_id = ? OR r.user2_id = ?)";
constexpr const char* kKnownMessage =
    "SELECT r.id, r.user1_id, r.user2_id, r.created_at, r.last_seq, r.last_message_at,"
    " r.user1_read_seq, r.user2_read_seq, r.user1_unread, r.user2_unread, r.user1_held_seq, r.user2_held_seq,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, m.content, m.created_at"
    " FROM chat_rooms r LEFT JOIN chat_messages m ON m.room_id = r.id AND m.sender_id = ? AND m.client_msg_id = ?"
    " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?)";
constexpr unsigned kPageMessage = 1 + kRoomColumns;

// Before every room that there can be.
const chat::RoomPosition kNewestRoom{.last_message_at = *from_sql_datetime("9999-12-31 23:59:59.999999"),
                                     .id = RoomId{kIdMax}};

// Where a page that reads downwards begins. Around: half a page above seq; near the beginning of a room the page is filled
// upwards, near its end there is nothing above and it is filled downwards.
std::uint64_t highest_seq(const chat::HistoryPosition& position, std::uint64_t limit) {
    switch (position.from) {
        case chat::HistoryFrom::kNewest:
        case chat::HistoryFrom::kAfter: break;
        case chat::HistoryFrom::kBefore: return position.seq.value == 0 ? 0 : position.seq.value - 1;
        case chat::HistoryFrom::kAround: return std::max(position.seq.value + limit / 2, limit);
    }
    return kIdMax;
}

// Numbers have no holes, so the first and the last tell what lies beyond. Without a message: everything is on the side that
// the position looks away from.
void tell_neighbours(chat::HistoryPage& page, Seq last_seq, bool upwards) {
    const bool any = last_seq.value > 0;
    page.older = page.messages.empty() ? any && upwards : page.messages.front().seq.value > 1;
    page.newer = page.messages.empty() ? any && !upwards : page.messages.back().seq < last_seq;
}

constexpr unsigned kMarkedMessage = 9;

// The room of a page of history, as far as its messages need it.
chat::RoomState read_marks(const Rows& rows) {
    return {.id = RoomId{rows.number(1)},
            .members = {UserId{rows.number(2)}, UserId{rows.number(3)}},
            .created_at = {},
            .last_seq = Seq{rows.number(4)},
            .last_message_at = {},
            .read_seq = {Seq{rows.number(5)}, Seq{rows.number(6)}},
            .unread = {},
            .held_seq = {read_held(rows, 7), read_held(rows, 8)}};
}

Result<chat::HistoryPage> read_page(Rows rows, UserId viewer, bool upwards, const crypto::ContentSealer& sealer) {
    if (!rows.next()) return make_error(Code::kNotFound);
    const chat::RoomState room = read_marks(rows).seen_by(viewer);
    chat::HistoryPage page;
    do {
        if (rows.null(kMarkedMessage)) break;
        auto message = read_message(rows, kMarkedMessage, room, sealer);
        if (!message) return std::move(message).error();
        page.messages.push_back(std::move(message).value());
    } while (rows.next());
    std::ranges::sort(page.messages, {}, &chat::Message::seq);
    tell_neighbours(page, room.last_seq, upwards);
    return page;
}

}  // namespace

Result<chat::Room> MariaDbStore::read_view(const Rows& rows, UserId viewer) const {
    const chat::RoomState state = read_room(rows).seen_by(viewer);
    const std::size_t own = state.index_of(viewer);
    chat::Room room{.id = state.id,
                    .user1 = state.members[0],
                    .user2 = state.members[1],
                    .created_at = state.created_at,
                    .last_message = std::nullopt,
                    .unread_count = state.unread[own],
                    .last_seq = state.last_seq,
                    .read_seq = state.read_seq[own],
                    .peer_read_seq = state.read_seq[1 - own],
                    .blocked_by_me = rows.flag(kViewBlocked),
                    .peer = {UserId{rows.number(kViewPeer)}, rows.text(kViewPeer + 1), rows.text(kViewPeer + 2)}};
    if (rows.null(kViewMessage)) return room;
    auto message = read_message(rows, kViewMessage, state, *sealer_);
    if (!message) return std::move(message).error();
    room.last_message = std::move(message).value();
    return room;
}

Result<chat::Room> MariaDbStore::room(RoomId id, UserId viewer) {
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<chat::Room> {
        Rows rows = connection.query(kRoom, viewer, viewer, viewer, id, viewer, viewer);
        if (!rows.next()) return make_error(Code::kNotFound);
        return read_view(rows, viewer);
    });
}

Result<std::optional<RoomId>> MariaDbStore::room_of(UserId one, UserId other) {
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<std::optional<RoomId>> {
        Rows rows = connection.query(kRoomOf, std::min(one, other), std::max(one, other));
        if (!rows.next()) return std::optional<RoomId>{};
        return std::optional{RoomId{rows.number(1)}};
    });
}

Result<chat::RoomState> MariaDbStore::room_state(RoomId id, UserId viewer) {
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<chat::RoomState> {
        Rows rows = connection.query(kRoomState, id, viewer, viewer);
        if (!rows.next()) return make_error(Code::kNotFound);
        return read_room(rows);
    });
}

Result<chat::RoomPage> MariaDbStore::rooms(UserId viewer, const std::optional<chat::RoomPosition>& after,
                                           std::size_t limit) {
    const chat::RoomPosition from = after.value_or(kNewestRoom);
    const std::uint64_t count = limit + 1;  // one more than the page tells whether there is a next one
    const Time time = from.last_message_at;
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<chat::RoomPage> {
        chat::RoomPage page;
        chat::RoomPosition last{};
        Rows rows = connection.query(kRooms, viewer, time, time, from.id, count, viewer, time, time, from.id, count,
                                     count, viewer, viewer, viewer);
        while (rows.next()) {
            if (page.rooms.size() == limit) {
                page.next = last;
                break;
            }
            auto room = read_view(rows, viewer);
            if (!room) return std::move(room).error();
            last = {.last_message_at = rows.time(6), .id = room->id};
            page.rooms.push_back(std::move(room).value());
        }
        return page;
    });
}

Result<chat::HistoryPage> MariaDbStore::messages(RoomId room, UserId viewer, const chat::HistoryPosition& position,
                                                 std::size_t limit) {
    const bool upwards = position.from == chat::HistoryFrom::kAfter;
    const std::uint64_t count = limit;
    const std::uint64_t bound = upwards ? position.seq.value : highest_seq(position, count);
    return attempts_->run([&](Connection& connection, int /*attempt*/) {
        Rows rows = upwards ? connection.query(kHistoryUp, bound, bound + count, room, viewer, viewer)
                            : connection.query(kHistoryDown, bound, bound, count, count, room, viewer, viewer);
        return read_page(std::move(rows), viewer, upwards, *sealer_);
    });
}

Result<chat::Message> MariaDbStore::message(MessageId id, UserId viewer) {
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<chat::Message> {
        Rows rows = connection.query(kMessage, id, viewer, viewer);
        if (!rows.next()) return make_error(Code::kNotFound);
        return read_message(rows, kPageMessage, read_room(rows).seen_by(viewer), *sealer_);
    });
}

Result<std::optional<chat::Message>> MariaDbStore::known_message(RoomId room, UserId sender,
                                                                 std::string_view client_msg_id) {
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<std::optional<chat::Message>> {
        Rows rows = connection.query(kKnownMessage, sender, client_msg_id, room, sender, sender);
        if (!rows.next()) return make_error(Code::kNotFound);
        if (rows.null(kPageMessage)) return std::optional<chat::Message>{};
        auto message = read_message(rows, kPageMessage, read_room(rows).seen_by(sender), *sealer_);
        if (!message) return std::move(message).error();
        return std::optional{std::move(message).value()};
    });
}

}  // namespace billet::store
