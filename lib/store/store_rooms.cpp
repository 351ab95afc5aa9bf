// lib/store/store_rooms.cpp — Rooms and history as one member sees them. Every read costs O(page).
#include <algorithm>
#include <utility>
#include <vector>

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
// because MariaDB does not use an index for a comparison of pairs. Texts up to a length, as rows.h tells.
constexpr const char* kRooms =
    "SELECT r.id, r.user1_id, r.user2_id, r.created_at, r.last_seq, r.last_message_at,"
    " r.user1_read_seq, r.user2_read_seq, r.user1_unread, r.user2_unread, r.user1_held_seq, r.user2_held_seq,"
    " u.id, u.username, COALESCE(b.blocked_name, t.blocker_name, u.display_name), b.blocker_id IS NOT NULL,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, IF(LENGTH(m.content) <= ?, m.content, NULL), m.created_at,"
    " LENGTH(m.content)"
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
// Of the room only what read_marks() wants: it comes with each message again. Texts up to a length, as rows.h tells.
constexpr const char* kHistoryDown =
    "SELECT r.id, r.user1_id, r.user2_id, r.last_seq, r.user1_read_seq, r.user2_read_seq, r.user1_held_seq, "
    "r.user2_held_seq,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, IF(LENGTH(m.content) <= ?, m.content, NULL), m.created_at,"
    " LENGTH(m.content)"
    " FROM chat_rooms r LEFT JOIN chat_messages m FORCE INDEX (PRIMARY) ON m.room_id = r.id"
    " AND m.seq <= LEAST(?, r.last_seq) AND m.seq > GREATEST(LEAST(?, r.last_seq), ?) - ?"
    " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?)";
constexpr const char* kHistoryUp =
    "SELECT r.id, r.user1_id, r.user2_id, r.last_seq, r.user1_read_seq, r.user2_read_seq, r.user1_held_seq, "
    "r.user2_held_seq,"
    " m.seq, m.id, m.sender_id, m.client_msg_id, m.key_id, IF(LENGTH(m.content) <= ?, m.content, NULL), m.created_at,"
    " LENGTH(m.content)"
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

// Every second number above and below `middle`, the one above first, and what is left of the longer side: `count` numbers from 0.
std::vector<std::size_t> from_the_middle(std::size_t middle, std::size_t count) {
    std::vector<std::size_t> order;
    for (std::size_t away = 0; order.size() < count; ++away) {
        if (middle + away < count) order.push_back(middle + away);
        if (away > 0 && away <= middle) order.push_back(middle - away);
    }
    return order;
}

// One answer's messages, ascending: their texts, unless they were left out, are still sealed.
struct History {
    chat::RoomState room;
    std::vector<SealedRow> messages;

    // In which order a page takes them: away from its position.
    std::vector<std::size_t> order_from(const chat::HistoryPosition& position) const {
        const std::size_t count = messages.size();
        if (count == 0 || position.from == chat::HistoryFrom::kAfter) return from_the_middle(0, count);
        if (position.from != chat::HistoryFrom::kAround) return from_the_middle(count - 1, count);
        const auto middle = std::ranges::lower_bound(messages, position.seq, {}, &SealedRow::seq);
        return from_the_middle(std::min(static_cast<std::size_t>(middle - messages.begin()), count - 1), count);
    }
};

Result<History> read_history(Rows rows, UserId viewer) {
    if (!rows.next()) return make_error(Code::kNotFound);
    History history{.room = read_marks(rows).seen_by(viewer), .messages = {}};
    do {
        if (rows.null(kMarkedMessage)) break;
        history.messages.push_back(read_sealed(rows, kMarkedMessage));
    } while (rows.next());
    std::ranges::sort(history.messages, {}, &SealedRow::seq);
    return history;
}

// The lowest and the highest of the messages that a page can have as far as lengths can tell, when the text of any was left out.
std::optional<std::pair<Seq, Seq>> range_to_read_again(const History& history, const chat::HistoryPosition& position,
                                                       std::size_t bytes_max) {
    std::size_t bytes = 0;
    bool any_left_out = false;
    std::pair<Seq, Seq> range{Seq{kIdMax}, Seq{0}};
    for (const std::size_t index : history.order_from(position)) {
        const SealedRow& message = history.messages[index];
        if (bytes >= bytes_max) break;
        bytes += message.content_bytes;
        any_left_out = any_left_out || !message.content;
        range = {std::min(range.first, message.seq), std::max(range.second, message.seq)};
    }
    return any_left_out ? std::optional(range) : std::nullopt;
}

Result<chat::HistoryPage> page_of(const History& history, const chat::HistoryPosition& position, chat::PageBound bound,
                                  const crypto::ContentSealer& sealer) {
    chat::HistoryPage page;
    chat::PageMeter meter(bound);
    for (const std::size_t index : history.order_from(position)) {
        auto message = open_message(history.messages[index], history.room, sealer);
        if (!message) return std::move(message).error();
        if (!meter.takes(chat::weight_of(*message))) break;
        page.messages.push_back(std::move(message).value());
    }
    std::ranges::sort(page.messages, {}, &chat::Message::seq);
    tell_neighbours(page, history.room.last_seq, position.from == chat::HistoryFrom::kAfter);
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

// Gives how many rooms from the first whose last message was left out have a place on the page; 0: the page is finished.
Result<std::size_t> MariaDbStore::take_rooms(Rows& rows, UserId viewer, chat::PageMeter& meter,
                                             chat::RoomPage& page) const {
    std::optional<chat::RoomPosition> last = page.next;
    page.next.reset();
    while (rows.next()) {
        const chat::RoomPosition position{.last_message_at = rows.time(6), .id = RoomId{rows.number(1)}};
        if (meter.items_left() == 0) {
            page.next = last;
            break;
        }
        if (is_held_back(rows, kViewMessage)) {
            page.next = last;
            return count_fitting(rows, kViewMessage, meter);
        }
        auto room = read_view(rows, viewer);
        if (!room) return std::move(room).error();
        if (!meter.takes(chat::weight_of(*room))) {
            page.next = last;
            break;
        }
        last = position;
        page.rooms.push_back(std::move(room).value());
    }
    return std::size_t{0};
}

Result<chat::RoomPage> MariaDbStore::rooms(UserId viewer, const std::optional<chat::RoomPosition>& after,
                                           chat::PageBound bound) {
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<chat::RoomPage> {
        chat::RoomPage page{.rooms = {}, .next = after};
        chat::PageMeter meter(bound);
        std::uint64_t text_bytes = text_share(bound);
        for (std::uint64_t count = bound.items; count > 0; text_bytes = kAnyText) {
            const chat::RoomPosition from = page.next.value_or(kNewestRoom);
            const Time time = from.last_message_at;
            ++count;  // one more than the page tells whether there is a next one
            Rows rows = connection.query(kRooms, text_bytes, viewer, time, time, from.id, count, viewer, time, time,
                                         from.id, count, count, viewer, viewer, viewer);
            auto held_back = take_rooms(rows, viewer, meter, page);
            if (!held_back) return std::move(held_back).error();
            count = *held_back;
        }
        return page;
    });
}

// A page of which the first answer left a text out is read again, as far as it reaches.
Result<chat::HistoryPage> MariaDbStore::messages(RoomId room, UserId viewer, const chat::HistoryPosition& position,
                                                 chat::PageBound bound) {
    const bool upwards = position.from == chat::HistoryFrom::kAfter;
    const std::uint64_t count = bound.items;
    const std::uint64_t start = upwards ? position.seq.value : highest_seq(position, count);
    const std::uint64_t share = text_share(bound);
    return attempts_->run([&](Connection& connection, int /*attempt*/) -> Result<chat::HistoryPage> {
        auto history = read_history(
            upwards ? connection.query(kHistoryUp, share, start, start + count, room, viewer, viewer)
                    : connection.query(kHistoryDown, share, start, start, count, count, room, viewer, viewer),
            viewer);
        if (!history) return std::move(history).error();
        if (const auto range = range_to_read_again(*history, position, bound.bytes)) {
            history = read_history(
                connection.query(kHistoryUp, kAnyText, range->first.value - 1, range->second, room, viewer, viewer),
                viewer);
            if (!history) return std::move(history).error();
        }
        return page_of(*history, position, bound, *sealer_);
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
