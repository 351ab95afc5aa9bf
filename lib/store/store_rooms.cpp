// lib/store/store_rooms.cpp — Rooms and history as one member sees them. Every read costs O(page).
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "lib/chat/message_id.h"
#include "lib/store/retrier.h"
#include "lib/store/rows.h"
#include "lib/store/store.h"

namespace billet::store {
namespace {

constexpr auto kOfMember = sql_text(" WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?)");

constexpr auto kRoomState = "SELECT " + kRoomColumns + " FROM chat_rooms r" + kOfMember;
constexpr Statement kAcquaintance =
    "SELECT s.id, s.username, s.display_name, u.id, u.username, u.display_name, r.id,"
    " u.disabled_at IS NULL AND b.blocker_id IS NULL AND t.blocker_id IS NULL"
    " FROM users s STRAIGHT_JOIN users u ON u.id = ?"
    " LEFT JOIN chat_rooms r ON r.user1_id = LEAST(s.id, u.id) AND r.user2_id = GREATEST(s.id, u.id)"
    " LEFT JOIN blocks b ON b.blocker_id = s.id AND b.blocked_id = u.id"
    " LEFT JOIN blocks t ON t.blocker_id = u.id AND t.blocked_id = s.id WHERE s.id = ?";

// The columns of read_view, and where they come from: of a room `r`, as a member sees it who is
// given three times. The last message follows.
constexpr auto kViewColumns = kRoomColumns +
                              ", u.id, u.username, COALESCE(b.blocked_name, t.blocker_name, u.display_name) AS name, "
                              "b.blocker_id IS NOT NULL AS blocked";
constexpr auto kViewJoins = sql_text(
    " STRAIGHT_JOIN users u ON u.id = IF(r.user1_id = ?, r.user2_id, r.user1_id)"
    " LEFT JOIN blocks b ON b.blocker_id = ? AND b.blocked_id = u.id"
    " LEFT JOIN blocks t ON t.blocker_id = u.id AND t.blocked_id = ?"
    " LEFT JOIN chat_messages m ON m.room_id = r.id AND m.seq = r.last_seq");
constexpr auto kRoom =
    "SELECT " + kViewColumns + ", " + kMessageColumns + " FROM chat_rooms r" + kViewJoins + kOfMember;
// What of one index is before a position. It is written expanded, because MariaDB does not use an
// index for a comparison of pairs; the first page does without, which is a sixth cheaper.
constexpr auto kFromNewest = sql_text("");
constexpr auto kFromPosition = sql_text(" AND last_message_at <= ? AND (last_message_at < ? OR id < ?)");
template <std::size_t Position>
constexpr auto rooms_of_member(char member, const SqlText<Position>& position) {
    const SqlText<1> number{{member}};
    return "(SELECT id, last_message_at FROM chat_rooms FORCE INDEX (user" + number + "_rooms) WHERE user" + number +
           "_id = ?" + position + " ORDER BY last_message_at DESC, id DESC LIMIT ?)";
}
// The newest of both index scans first picked, then joined: nothing but the page is read. Texts up
// to a length, as rows.h tells.
template <std::size_t Position>
constexpr auto rooms_page(const SqlText<Position>& position) {
    return "SELECT " + kViewColumns + ", " + kPageMessageColumns + " FROM (" + rooms_of_member('1', position) +
           " UNION ALL " + rooms_of_member('2', position) + ") p STRAIGHT_JOIN chat_rooms r ON r.id = p.id" +
           kViewJoins + " ORDER BY p.last_message_at DESC, p.id DESC LIMIT ?";
}
constexpr auto kNewestRooms = rooms_page(kFromNewest);
constexpr auto kRoomsBefore = rooms_page(kFromPosition);

// One statement gives membership, marks and page, all of one moment. A member's room without such
// messages is one row of NULLs behind the room's columns. The page is a range of numbers, which
// have no holes: with ORDER BY and LIMIT MariaDB reads and sorts the whole rest of the room,
// because an outer join does not keep the order of its index. The rows come in any order.
// Of the room only what read_marks() wants: it comes with each message again. Texts up to a length,
// as rows.h tells.
constexpr auto kMarkColumns = sql_text(
    "r.id, r.user1_id, r.user2_id, r.last_seq, r.user1_read_seq, r.user2_read_seq, r.user1_held_seq, "
    "r.user2_held_seq");
constexpr unsigned kMarkColumnCount = 8;
constexpr auto kHistory = "SELECT " + kMarkColumns + ", " + kPageMessageColumns +
                          " FROM chat_rooms r LEFT JOIN chat_messages m FORCE INDEX (PRIMARY) ON m.room_id = r.id";
constexpr auto kHistoryDown =
    kHistory + " AND m.seq <= LEAST(?, r.last_seq) AND m.seq > GREATEST(LEAST(?, r.last_seq), ?) - ?" + kOfMember;
constexpr auto kHistoryUp = kHistory + " AND m.seq > ? AND m.seq <= ?" + kOfMember;
constexpr auto kMessage = "SELECT " + kRoomColumns + ", " + kMessageColumns +
                          " FROM chat_messages m STRAIGHT_JOIN chat_rooms r ON r.id = m.room_id"
                          " WHERE m.room_id = ? AND m.seq = ? AND (r.user1_id = ? OR r.user2_id = ?)";
constexpr auto kKnownMessage =
    "SELECT " + kRoomColumns + ", " + kMessageColumns +
    " FROM chat_rooms r LEFT JOIN chat_messages m ON m.room_id = r.id AND m.sender_id = ? AND m.client_msg_id = ?" +
    kOfMember;

// Where a page that reads downwards begins. Around: half a page above seq; near the beginning of a
// room the page is filled upwards, near its end there is nothing above and it is filled downwards.
std::uint64_t highest_seq(const chat::HistoryPosition& position, std::uint64_t limit) {
    switch (position.from) {
        case chat::HistoryFrom::kNewest:
        case chat::HistoryFrom::kAfter: break;
        case chat::HistoryFrom::kBefore: return position.seq.value == 0 ? 0 : position.seq.value - 1;
        case chat::HistoryFrom::kAround: return std::max(position.seq.value + limit / 2, limit);
    }
    return kIdMax;
}

// Numbers have no holes, so the first and the last tell what lies beyond. Without a message:
// everything is on the side that the position looks away from.
void tell_neighbours(chat::HistoryPage& page, Seq last_seq, bool upwards) {
    const bool any = last_seq.value > 0;
    page.older = page.messages.empty() ? any && upwards : page.messages.front().seq.value > 1;
    page.newer = page.messages.empty() ? any && !upwards : page.messages.back().seq < last_seq;
}

// The room of a page of history, as far as its messages need it: kMarkColumns.
chat::RoomState read_marks(Columns& columns) {
    return {.id = columns.id<RoomId>(),
            .members = {columns.id<UserId>(), columns.id<UserId>()},
            .created_at = {},
            .last_seq = columns.id<Seq>(),
            .last_message_at = {},
            .read_seq = {columns.id<Seq>(), columns.id<Seq>()},
            .unread = {},
            .held_seq = {columns.id_or_none<Seq>(), columns.id_or_none<Seq>()}};
}

// Every second number above and below `middle`, the one above first, and what is left of the longer
// side: `count` numbers from 0.
std::vector<std::size_t> from_the_middle(std::size_t middle, std::size_t count) {
    std::vector<std::size_t> order;
    order.reserve(count);
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

// Pages come in the order of their index or against it, as a rule.
template <typename Item>
void sort_by_seq(std::vector<Item>& items) {
    if (items.size() > 1 && items.front().seq > items.back().seq) std::ranges::reverse(items);
    if (!std::ranges::is_sorted(items, {}, &Item::seq)) std::ranges::sort(items, {}, &Item::seq);
}

Result<History> read_history(Rows rows, UserId viewer, std::size_t count) {
    if (!rows.next()) return make_error(Code::kNotFound);
    History history;
    history.messages.reserve(count);
    Columns first(rows);
    history.room = read_marks(first).seen_by(viewer);
    do {
        Columns columns(rows);
        columns.skip(kMarkColumnCount);
        auto message = read_sealed_of_page(columns);
        if (!message) break;
        history.messages.push_back(*std::move(message));
    } while (rows.next());
    sort_by_seq(history.messages);
    return history;
}

// The lowest and the highest of the messages that a page can have as far as lengths can tell, when
// the text of any was left out.
std::optional<std::pair<Seq, Seq>> range_to_read_again(const History& history, const chat::HistoryPosition& position,
                                                       std::size_t bytes_max) {
    if (std::ranges::none_of(history.messages, &SealedRow::is_held_back)) return std::nullopt;
    std::size_t bytes = 0;
    bool any_left_out = false;
    std::pair<Seq, Seq> range{Seq{kIdMax}, Seq{0}};
    for (const std::size_t index : history.order_from(position)) {
        const SealedRow& message = history.messages[index];
        if (bytes >= bytes_max) break;
        bytes += message.content_bytes;
        any_left_out = any_left_out || message.is_held_back;
        range = {std::min(range.first, message.seq), std::max(range.second, message.seq)};
    }
    return any_left_out ? std::optional(range) : std::nullopt;
}

Result<chat::HistoryPage> page_of(History history, const chat::HistoryPosition& position, chat::PageBound bound,
                                  const crypto::ContentSealer& sealer) {
    chat::HistoryPage page;
    page.messages.reserve(history.messages.size());
    chat::PageMeter meter(bound);
    crypto::ContentOpener opener(sealer);
    for (const std::size_t index : history.order_from(position)) {
        auto message = open_message(std::move(history.messages[index]), history.room, opener);
        if (!message) return std::move(message).error();
        if (!meter.takes(chat::weight_of(*message))) break;
        page.messages.push_back(std::move(message).value());
    }
    sort_by_seq(page.messages);
    tell_neighbours(page, history.room.last_seq, position.from == chat::HistoryFrom::kAfter);
    return page;
}

// A room as one member sees it, the last message still sealed.
struct RoomView {
    chat::RoomState state;
    chat::UserCard peer;
    bool blocked = false;
    std::optional<SealedRow> last;

    chat::RoomPosition position() const { return {.last_message_at = state.last_message_at, .id = state.id}; }
};

RoomView read_view(Columns& columns, UserId viewer) {
    return {.state = read_room(columns).seen_by(viewer),
            .peer = {columns.id<UserId>(), columns.text(), columns.text()},
            .blocked = columns.flag(),
            .last = std::nullopt};
}

RoomView read_view_of_page(const Rows& rows, UserId viewer) {
    Columns columns(rows);
    RoomView view = read_view(columns, viewer);
    view.last = read_sealed_of_page(columns);
    return view;
}

Result<chat::Room> room_of_view(RoomView view, UserId viewer, crypto::ContentOpener& opener) {
    const chat::RoomState& state = view.state;
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
                    .blocked_by_me = view.blocked,
                    .peer = std::move(view.peer)};
    if (!view.last) return room;
    auto message = open_message(*std::move(view.last), state, opener);
    if (!message) return std::move(message).error();
    room.last_message = std::move(message).value();
    return room;
}

// Reads one page of rooms, in one or two answers.
class RoomsReader {
public:
    RoomsReader(UserId viewer, const std::optional<chat::RoomPosition>& after, chat::PageBound bound,
                const crypto::ContentSealer& sealer)
        : viewer_(viewer),
          meter_(bound),
          text_bytes_(text_share(bound)),
          opener_(sealer),
          last_(after),
          page_{.rooms = {}, .next = after} {
        page_.rooms.reserve(bound.items);
    }

    Result<chat::RoomPage> read(DatabaseConnection& connection) {
        for (std::uint64_t count = meter_.items_left(); count > 0; text_bytes_ = kAnyText) {
            // One more than the page tells whether there is a next one.
            Rows rows = ask(connection, count + 1);
            auto held_back = take(rows);
            if (!held_back) return std::move(held_back).error();
            count = *held_back;
        }
        return std::move(page_);
    }

private:
    UserId viewer_;
    chat::PageMeter meter_;
    std::uint64_t text_bytes_;
    crypto::ContentOpener opener_;
    std::optional<chat::RoomPosition> last_;  // of the page so far
    chat::RoomPage page_;

    Rows ask(DatabaseConnection& connection, std::uint64_t count) const {
        if (!last_)
            return connection.query(kNewestRooms, text_bytes_, viewer_, count, viewer_, count, viewer_, viewer_,
                                    viewer_, count);
        const Time time = last_->last_message_at;
        const RoomId id = last_->id;
        return connection.query(kRoomsBefore, text_bytes_, viewer_, time, time, id, count, viewer_, time, time, id,
                                count, viewer_, viewer_, viewer_, count);
    }

    // Gives how many rooms from the first whose last message was left out have a place on the page;
    // 0: the page is finished.
    Result<std::size_t> take(Rows& rows) {
        page_.next.reset();
        while (rows.next()) {
            if (meter_.items_left() == 0) return end_before_the_rest();
            RoomView view = read_view_of_page(rows, viewer_);
            if (view.last && view.last->is_held_back) return count_from(rows, view.last->content_bytes);
            const chat::RoomPosition position = view.position();
            auto room = room_of_view(std::move(view), viewer_, opener_);
            if (!room) return std::move(room).error();
            if (!meter_.takes(chat::weight_of(*room))) return end_before_the_rest();
            last_ = position;
            page_.rooms.push_back(std::move(room).value());
        }
        return std::size_t{0};
    }

    std::size_t end_before_the_rest() {
        page_.next = last_;
        return 0;
    }

    // `first`: of the room that `rows` stand at.
    std::size_t count_from(Rows& rows, std::size_t first) const {
        std::vector<std::size_t> lengths{first};
        while (lengths.size() < meter_.items_left() && rows.next()) {
            const auto message = read_view_of_page(rows, viewer_).last;
            lengths.push_back(message ? message->content_bytes : 0);
        }
        return count_fitting(lengths.size(), meter_, [&](std::size_t i) { return lengths[i]; });
    }
};

}  // namespace

Result<chat::Room> MariaDbStore::room(RoomId id, UserId viewer) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::Room> {
        Rows rows = connection.query(kRoom, viewer, viewer, viewer, id, viewer, viewer);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        RoomView view = read_view(columns, viewer);
        view.last = read_sealed(columns);
        crypto::ContentOpener opener(*sealer_);
        return room_of_view(std::move(view), viewer, opener);
    });
}

Result<chat::Acquaintance> MariaDbStore::acquaintance(UserId self, UserId peer) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::Acquaintance> {
        Rows rows = connection.query(kAcquaintance, peer, self);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        return chat::Acquaintance{.self = {columns.id<UserId>(), columns.text(), columns.text()},
                                  .peer = {columns.id<UserId>(), columns.text(), columns.text()},
                                  .room = columns.id_or_none<RoomId>(),
                                  .can_message = columns.flag()};
    });
}

Result<chat::RoomState> MariaDbStore::room_state(RoomId id, UserId viewer) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::RoomState> {
        Rows rows = connection.query(kRoomState, id, viewer, viewer);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        return read_room(columns);
    });
}

Result<chat::RoomPage> MariaDbStore::rooms(UserId viewer, const std::optional<chat::RoomPosition>& after,
                                           chat::PageBound bound) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) {
        return RoomsReader(viewer, after, bound, *sealer_).read(connection);
    });
}

// A page of which the first answer left a text out is read again, as far as it reaches.
Result<chat::HistoryPage> MariaDbStore::messages(RoomId room, UserId viewer, const chat::HistoryPosition& position,
                                                 chat::PageBound bound) {
    const bool upwards = position.from == chat::HistoryFrom::kAfter;
    const std::uint64_t count = bound.items;
    const std::uint64_t start = upwards ? position.seq.value : highest_seq(position, count);
    const std::uint64_t share = text_share(bound);
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::HistoryPage> {
        auto history = read_history(
            upwards ? connection.query(kHistoryUp, share, start, start + count, room, viewer, viewer)
                    : connection.query(kHistoryDown, share, start, start, count, count, room, viewer, viewer),
            viewer, count);
        if (!history) return std::move(history).error();
        if (const auto range = range_to_read_again(*history, position, bound.bytes)) {
            history = read_history(
                connection.query(kHistoryUp, kAnyText, range->first.value - 1, range->second, room, viewer, viewer),
                viewer, count);
            if (!history) return std::move(history).error();
        }
        return page_of(*std::move(history), position, bound, *sealer_);
    });
}

Result<chat::Message> MariaDbStore::message(MessageId id, UserId viewer) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::Message> {
        const chat::MessagePlace place = chat::place_of(id);
        Rows rows = connection.query(kMessage, place.room, place.seq, viewer, viewer);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        const chat::RoomState room = read_room(columns).seen_by(viewer);
        crypto::ContentOpener opener(*sealer_);
        return open_message(read_sealed(columns).value(), room, opener);
    });
}

Result<std::optional<chat::Message>> MariaDbStore::known_message(RoomId room, UserId sender,
                                                                 std::string_view client_msg_id) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<std::optional<chat::Message>> {
        Rows rows = connection.query(kKnownMessage, sender, client_msg_id, room, sender, sender);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        const chat::RoomState state = read_room(columns).seen_by(sender);
        auto sealed = read_sealed(columns);
        if (!sealed) return std::optional<chat::Message>{};
        crypto::ContentOpener opener(*sealer_);
        auto message = open_message(*std::move(sealed), state, opener);
        if (!message) return std::move(message).error();
        return std::optional{std::move(message).value()};
    });
}

}  // namespace billet::store
