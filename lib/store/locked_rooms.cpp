// lib/store/locked_rooms.cpp — The locking statements.
#include "lib/store/locked_rooms.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "lib/store/rows.h"
#include "lib/store/script.h"

namespace billet::store {
namespace {

using chat::LockedRooms;
using chat::RoomQuestion;

// For one question: one statement that locks in the order of the tables as written, and, because
// FOR UPDATE reads what is committed now and not a snapshot, sees a block, a disabled peer or a
// known message that was committed while it waited for the locks before it.
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
constexpr Statement kCountAbove = "SELECT COUNT(*) FROM chat_messages WHERE room_id = ? AND seq > ? AND sender_id <> ?";

LockedRooms read_locked_room(Rows& rows, const RoomQuestion& question, const crypto::ContentSealer& sealer) {
    LockedRooms locked;
    chat::RoomAnswer& answer = locked.answers.emplace_back();
    if (!rows.next()) return locked;
    Columns columns(rows);
    const chat::RoomState& room = locked.rooms.emplace_back(read_room(columns));
    for (int i = 0; i < 2; ++i) locked.heads.push_back(read_head(columns));
    if (columns.flag()) locked.blocks.emplace_back(room.members[0], room.members[1]);  // by either
    if (columns.flag()) locked.disabled.push_back(room.peer_of(question.member));
    if (auto sealed = read_sealed(columns)) {
        crypto::ContentOpener opener(sealer);
        auto known = open_message(*std::move(sealed), room.seen_by(question.member), opener);
        if (known)
            answer.known = std::optional{std::move(known).value()};
        else
            answer.known = std::move(known).error();
    }
    return locked;
}

LockedRooms lock_room(DatabaseConnection& connection, const RoomQuestion& question,
                      const crypto::ContentSealer& sealer) {
    const auto read = [&](Rows& rows) { return read_locked_room(rows, question, sealer); };
    const auto lock = [&] {
        if (connection.is_begin_pending())
            return connection.query_opening(kBeginAndLockRoom, read, question.member, question.member,
                                            question.client_msg_id, question.room, question.member, question.member);
        Rows rows = connection.query(kLockRoom, question.member, question.member, question.client_msg_id, question.room,
                                     question.member, question.member);
        return read(rows);
    };
    LockedRooms locked = lock();
    const auto above = question.unread_above;
    if (above && !locked.rooms.empty() && *above < locked.rooms.front().last_seq) {
        Rows rows = connection.query(kCountAbove, question.room, *above, question.member);
        rows.next();
        locked.answers.front().unread_above = rows.number(1);
    }
    return locked;
}

// For several. Rows are locked in the order in which they are read: both lists are ascending. What
// the locks protect is read without further ones after them, each SELECT seeing what is committed
// when it begins.
struct Lists {
    std::vector<RoomId> rooms;
    std::vector<const RoomQuestion*> names;  // those with a client_msg_id
    std::vector<std::pair<std::size_t, const RoomQuestion*>> counts;
};

Lists lists_of(std::span<const RoomQuestion> questions) {
    Lists lists;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        lists.rooms.push_back(questions[i].room);
        if (!questions[i].client_msg_id.empty()) lists.names.push_back(&questions[i]);
        if (questions[i].unread_above) lists.counts.emplace_back(i, &questions[i]);
    }
    std::ranges::sort(lists.rooms);
    lists.rooms.erase(std::ranges::unique(lists.rooms).begin(), lists.rooms.end());
    return lists;
}

constexpr auto kSelectRooms = "SELECT " + kRoomColumns + " FROM chat_rooms r WHERE r.id IN (";
constexpr auto kSelectHeads =
    "SELECT " + head_columns("l") + " FROM (SELECT user1_id AS id FROM chat_rooms WHERE id IN (";
constexpr auto kSelectStanding = sql_text(
    "SELECT r.user1_id, r.user2_id, u1.disabled_at IS NOT NULL, u2.disabled_at IS NOT NULL, b1.blocker_id IS NOT NULL,"
    " b2.blocker_id IS NOT NULL FROM chat_rooms r"
    " STRAIGHT_JOIN users u1 ON u1.id = r.user1_id STRAIGHT_JOIN users u2 ON u2.id = r.user2_id"
    " LEFT JOIN blocks b1 ON b1.blocker_id = r.user1_id AND b1.blocked_id = r.user2_id"
    " LEFT JOIN blocks b2 ON b2.blocker_id = r.user2_id AND b2.blocked_id = r.user1_id WHERE r.id IN (");
constexpr auto kSelectKnown = "SELECT m.room_id, " + kMessageColumns +
                              " FROM chat_messages m WHERE (m.room_id, m.sender_id, m.client_msg_id) IN (";

Script lock_script(const Lists& lists, bool begin) {
    Script script;
    const auto rooms = [&] { script.list(lists.rooms, [&](RoomId id) { script << id; }); };
    script << "BEGIN NOT ATOMIC ";
    if (begin) script << "START TRANSACTION; ";
    script << kSelectRooms, rooms(), script << ") ORDER BY r.id FOR UPDATE; ";
    script << kSelectHeads, rooms();
    script << ") UNION SELECT user2_id FROM chat_rooms WHERE id IN (", rooms();
    script << ") ORDER BY id) p STRAIGHT_JOIN user_log l ON l.user_id = p.id FOR UPDATE; ";
    script << kSelectStanding, rooms(), script << "); ";
    if (!lists.names.empty()) {
        script << kSelectKnown;
        script.list(lists.names, [&](const RoomQuestion* question) {
            script << "(" << question->room << "," << question->member << ",";
            script.ascii(question->client_msg_id) << ")";
        });
        script << "); ";
    }
    for (const auto& [index, question] : lists.counts) {
        script << "SELECT COUNT(*) FROM chat_messages WHERE room_id = " << question->room << " AND seq > "
               << *question->unread_above << " AND sender_id <> " << question->member << "; ";
    }
    script << "END";
    return script;
}

using Name = std::tuple<RoomId, UserId, std::string>;

void answer_known(LockedRooms& locked, std::span<const RoomQuestion> questions, std::map<Name, SealedRow> known,
                  const crypto::ContentSealer& sealer) {
    crypto::ContentOpener opener(sealer);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const RoomQuestion& question = questions[i];
        const auto found = known.find({question.room, question.member, std::string(question.client_msg_id)});
        const auto room = std::ranges::lower_bound(locked.rooms, question.room, {}, &chat::RoomState::id);
        if (found == known.end() || room == locked.rooms.end() || room->id != question.room) continue;
        auto message = open_message(found->second, room->seen_by(question.member), opener);
        if (message)
            locked.answers[i].known = std::optional{std::move(message).value()};
        else
            locked.answers[i].known = std::move(message).error();
    }
}

void read_standing(LockedRooms& locked, Rows& rows) {
    while (rows.next()) {
        Columns columns(rows);
        const std::array members{columns.id<UserId>(), columns.id<UserId>()};
        for (const UserId member : members) {
            if (columns.flag()) locked.disabled.push_back(member);
        }
        if (columns.flag()) locked.blocks.emplace_back(members[0], members[1]);
        if (columns.flag()) locked.blocks.emplace_back(members[1], members[0]);
    }
    std::ranges::sort(locked.disabled);
    std::ranges::sort(locked.blocks);
}

}  // namespace

LockedRooms lock_rooms(DatabaseConnection& connection, std::span<const RoomQuestion> questions,
                       const crypto::ContentSealer& sealer) {
    if (questions.size() == 1) return lock_room(connection, questions.front(), sealer);
    LockedRooms locked;
    locked.answers.resize(questions.size());
    const Lists lists = lists_of(questions);
    Answers answers = connection.query_script(lock_script(lists, connection.take_begin()));
    for (Rows rows = answers.next(); rows.next();) {
        Columns columns(rows);
        locked.rooms.push_back(read_room(columns));
    }
    for (Rows rows = answers.next(); rows.next();) {
        Columns columns(rows);
        locked.heads.push_back(read_head(columns));
    }
    Rows standing = answers.next();
    read_standing(locked, standing);
    if (!lists.names.empty()) {
        std::map<Name, SealedRow> known;
        for (Rows rows = answers.next(); rows.next();) {
            Columns columns(rows);
            const auto room = columns.id<RoomId>();
            SealedRow sealed = read_sealed(columns).value();
            Name name{room, sealed.sender, sealed.client_msg_id};
            known.emplace(std::move(name), std::move(sealed));
        }
        answer_known(locked, questions, std::move(known), sealer);
    }
    for (const auto& [index, question] : lists.counts) {
        Rows rows = answers.next();
        rows.next();
        locked.answers[index].unread_above = rows.number(1);
    }
    answers.finish();
    return locked;
}

}  // namespace billet::store
