// lib/store/locked_rooms.cpp — The locking statements.
#include "lib/store/locked_rooms.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include <cppconn/exception.h>

#include "lib/base/session_id.h"
#include "lib/store/errors.h"
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
// How the member's own account and session stand is read without locks.
constexpr auto kLockRoom = "SELECT " + kRoomColumns + ", " + head_columns("l1") + ", " + head_columns("l2") +
                           ", b1.blocker_id IS NOT NULL OR b2.blocker_id IS NOT NULL, u.disabled_at IS NOT NULL"
                           ", (SELECT v.disabled_at IS NOT NULL FROM users v WHERE v.id = ?)"
                           ", (SELECT " +
                           time_column("v.sessions_ended_at") +
                           " FROM users v WHERE v.id = ?)"
                           ", (SELECT s.revoked_at IS NOT NULL FROM sessions s WHERE s.id = ? AND s.user_id = ?), " +
                           kMessageColumns +
                           " FROM chat_rooms r"
                           " STRAIGHT_JOIN user_log l1 ON l1.user_id = r.user1_id"
                           " STRAIGHT_JOIN user_log l2 ON l2.user_id = r.user2_id"
                           " STRAIGHT_JOIN users u ON u.id = IF(r.user1_id = ?, r.user2_id, r.user1_id)"
                           " LEFT JOIN blocks b1 ON b1.blocker_id = r.user1_id AND b1.blocked_id = r.user2_id"
                           " LEFT JOIN blocks b2 ON b2.blocker_id = r.user2_id AND b2.blocked_id = r.user1_id"
                           " LEFT JOIN chat_messages m ON m.room_id = r.id AND m.sender_id = ? AND m.client_msg_id = ?"
                           " WHERE r.id = ? AND (r.user1_id = ? OR r.user2_id = ?) FOR UPDATE";
constexpr Statement kCountAbove = "SELECT COUNT(*) FROM chat_messages WHERE room_id = ? AND seq > ? AND sender_id <> ?";
constexpr auto kStanding = "SELECT v.disabled_at IS NOT NULL, " + time_column("v.sessions_ended_at") +
                           ","
                           " (SELECT s.revoked_at IS NOT NULL FROM sessions s WHERE s.id = ? AND s.user_id = v.id)"
                           " FROM users v WHERE v.id = ?";

chat::Standing read_standing(Columns& columns) {
    chat::Standing standing{.has_account = !columns.is_null(), .disabled = columns.flag()};
    standing.sessions_ended_at = columns.time_or_none();
    standing.has_session = !columns.is_null();
    standing.revoked = columns.flag();
    return standing;
}

// Where there is no room to read it with.
chat::Standing ask_standing(DatabaseConnection& connection, const RoomQuestion& question) {
    Rows rows = connection.query(kStanding, session_row_id(question.session_id), question.member);
    if (!rows.next()) return {};
    Columns columns(rows);
    return read_standing(columns);
}

LockedRooms read_locked_room(Rows& rows, const RoomQuestion& question, const crypto::ContentSealer& sealer) {
    LockedRooms locked;
    chat::RoomAnswer& answer = locked.answers.emplace_back();
    if (!rows.next()) return locked;
    Columns columns(rows);
    const chat::RoomState& room = locked.rooms.emplace_back(read_room(columns));
    for (int i = 0; i < 2; ++i) locked.heads.push_back(read_head(columns));
    if (columns.flag()) locked.blocks.emplace_back(room.members[0], room.members[1]);  // by either
    if (columns.flag()) locked.disabled.push_back(room.peer_of(question.member));
    const chat::Standing standing = read_standing(columns);
    if (!question.session_id.empty()) answer.standing = standing;
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

LockedRooms lock_one(DatabaseConnection& connection, const RoomQuestion& question,
                     const crypto::ContentSealer& sealer) {
    const UserId member = question.member;
    Rows rows = connection.query(kLockRoom, member, member, session_row_id(question.session_id), member, member, member,
                                 question.client_msg_id, question.room, member, member);
    return read_locked_room(rows, question, sealer);
}

LockedRooms busy_room() {
    LockedRooms locked;
    locked.answers.emplace_back().busy = true;
    return locked;
}

LockedRooms try_one(DatabaseConnection& connection, const RoomQuestion& question, chat::Patience patience,
                    const crypto::ContentSealer& sealer) {
    try {
        return lock_one(connection, question, sealer);
    } catch (const sql::SQLException& error) {
        if (patience == chat::Patience::kWaits || judge(error) != Verdict::kLockWait) throw;
        return busy_room();
    }
}

LockedRooms lock_room(DatabaseConnection& connection, const RoomQuestion& question, chat::Patience patience,
                      const crypto::ContentSealer& sealer) {
    LockedRooms locked = try_one(connection, question, patience, sealer);
    chat::RoomAnswer& answer = locked.answers.front();
    if (answer.busy) return locked;
    if (!question.session_id.empty() && !answer.standing) answer.standing = ask_standing(connection, question);
    const auto above = question.unread_above;
    if (above && !locked.rooms.empty() && *above < locked.rooms.front().last_seq) {
        Rows rows = connection.query(kCountAbove, question.room, *above, question.member);
        rows.next();
        answer.unread_above = rows.number(1);
    }
    return locked;
}

// For several. Rows are locked in the order in which they are read: both lists are ascending. What
// the locks protect is read without further ones after them, each SELECT seeing what is committed
// when it begins.
struct Lists {
    std::vector<RoomId> rooms;
    std::vector<const RoomQuestion*> standings;  // those with a session_id
    std::vector<const RoomQuestion*> names;      // those with a client_msg_id
    std::vector<std::pair<std::size_t, const RoomQuestion*>> counts;
};

Lists lists_of(std::span<const RoomQuestion> questions) {
    Lists lists;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        lists.rooms.push_back(questions[i].room);
        if (!questions[i].session_id.empty()) lists.standings.push_back(&questions[i]);
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
constexpr auto kSelectMembers = sql_text(
    "SELECT r.id, r.user1_id, r.user2_id, u1.disabled_at IS NOT NULL, u2.disabled_at IS NOT NULL, b1.blocker_id IS NOT "
    "NULL,"
    " b2.blocker_id IS NOT NULL FROM chat_rooms r"
    " STRAIGHT_JOIN users u1 ON u1.id = r.user1_id STRAIGHT_JOIN users u2 ON u2.id = r.user2_id"
    " LEFT JOIN blocks b1 ON b1.blocker_id = r.user1_id AND b1.blocked_id = r.user2_id"
    " LEFT JOIN blocks b2 ON b2.blocker_id = r.user2_id AND b2.blocked_id = r.user1_id WHERE r.id IN (");
constexpr auto kSelectKnown = "SELECT m.room_id, " + kMessageColumns +
                              " FROM chat_messages m WHERE (m.room_id, m.sender_id, m.client_msg_id) IN (";

constexpr auto kSelectAccounts =
    "SELECT u.id, u.disabled_at IS NOT NULL, " + time_column("u.sessions_ended_at") + " FROM users u WHERE u.id IN (";
constexpr Statement kSelectSessions =
    "SELECT s.user_id, s.id, s.revoked_at IS NOT NULL FROM sessions s WHERE s.id IN (";

constexpr Statement kForUpdate = "FOR UPDATE; ";
constexpr Statement kOfThoseThatNobodyHolds = "FOR UPDATE SKIP LOCKED; ";

Script lock_script(const Lists& lists, Statement lock, bool begin) {
    Script script;
    const auto rooms = [&] { script.list(lists.rooms, [&](RoomId id) { script << id; }); };
    script << "BEGIN NOT ATOMIC ";
    if (begin) script << "START TRANSACTION; ";
    script << kSelectRooms, rooms(), script << ") ORDER BY r.id " << lock;
    script << kSelectHeads, rooms();
    script << ") UNION SELECT user2_id FROM chat_rooms WHERE id IN (", rooms();
    script << ") ORDER BY id) p STRAIGHT_JOIN user_log l ON l.user_id = p.id " << lock;
    script << kSelectMembers, rooms(), script << "); ";
    if (!lists.standings.empty()) {
        script << kSelectAccounts;
        script.list(lists.standings, [&](const RoomQuestion* question) { script << question->member; });
        script << "); " << kSelectSessions;
        script.list(lists.standings,
                    [&](const RoomQuestion* question) { script.ascii(session_row_id(question->session_id)); });
        script << "); ";
    }
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

// Also of the rooms that others hold.
std::vector<RoomId> read_members(LockedRooms& locked, Rows rows) {
    std::vector<RoomId> all;
    while (rows.next()) {
        Columns columns(rows);
        all.push_back(columns.id<RoomId>());
        const std::array members{columns.id<UserId>(), columns.id<UserId>()};
        for (const UserId member : members) {
            if (columns.flag()) locked.disabled.push_back(member);
        }
        if (columns.flag()) locked.blocks.emplace_back(members[0], members[1]);
        if (columns.flag()) locked.blocks.emplace_back(members[1], members[0]);
    }
    std::ranges::sort(all);
    std::ranges::sort(locked.disabled);
    std::ranges::sort(locked.blocks);
    return all;
}

// A room of which others hold the row or a member's head is not there, but busy.
void set_busy_apart(LockedRooms& locked, std::span<const RoomQuestion> questions, std::span<const RoomId> all) {
    const auto has_head = [&](UserId user) {
        return std::ranges::binary_search(locked.heads, user, {}, &chat::LogHead::user);
    };
    std::erase_if(locked.rooms,
                  [&](const chat::RoomState& room) { return !std::ranges::all_of(room.members, has_head); });
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const RoomId room = questions[i].room;
        locked.answers[i].busy = std::ranges::binary_search(all, room) &&
                                 !std::ranges::binary_search(locked.rooms, room, {}, &chat::RoomState::id);
    }
}

void read_standings(LockedRooms& locked, std::span<const RoomQuestion> questions, Rows accounts, Rows sessions) {
    std::map<UserId, chat::Standing> standings;
    while (accounts.next()) {
        Columns columns(accounts);
        chat::Standing& standing = standings[columns.id<UserId>()];
        standing.has_account = true;
        standing.disabled = columns.flag();
        standing.sessions_ended_at = columns.time_or_none();
    }
    std::map<std::pair<UserId, std::string>, bool> revoked;
    while (sessions.next()) {
        Columns columns(sessions);
        const auto user = columns.id<UserId>();
        auto id = columns.text();
        revoked[{user, std::move(id)}] = columns.flag();
    }
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const RoomQuestion& question = questions[i];
        if (question.session_id.empty()) continue;
        chat::Standing standing = standings[question.member];
        const auto session = revoked.find({question.member, std::string(session_row_id(question.session_id))});
        standing.has_session = session != revoked.end();
        standing.revoked = standing.has_session && session->second;
        locked.answers[i].standing = standing;
    }
}

LockedRooms lock_several(DatabaseConnection& connection, std::span<const RoomQuestion> questions, const Lists& lists,
                         Statement lock, const crypto::ContentSealer& sealer) {
    LockedRooms locked;
    locked.answers.resize(questions.size());
    Answers answers = connection.query_script(lock_script(lists, lock, connection.take_begin()));
    for (Rows rows = answers.next(); rows.next();) {
        Columns columns(rows);
        locked.rooms.push_back(read_room(columns));
    }
    for (Rows rows = answers.next(); rows.next();) {
        Columns columns(rows);
        locked.heads.push_back(read_head(columns));
    }
    const std::vector<RoomId> all = read_members(locked, answers.next());
    set_busy_apart(locked, questions, all);
    if (!lists.standings.empty()) {
        Rows accounts = answers.next();
        read_standings(locked, questions, std::move(accounts), answers.next());
    }
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

}  // namespace

LockedRooms lock_rooms(DatabaseConnection& connection, std::span<const RoomQuestion> questions, chat::Patience patience,
                       const crypto::ContentSealer& sealer) {
    if (questions.size() == 1) return lock_room(connection, questions.front(), patience, sealer);
    const Lists lists = lists_of(questions);
    try {
        return lock_several(connection, questions, lists, kForUpdate, sealer);
    } catch (const sql::SQLException& error) {
        if (patience == chat::Patience::kWaits || judge(error) != Verdict::kLockWait) throw;
    }
    // What has been locked until then stays so.
    return lock_several(connection, questions, lists, kOfThoseThatNobodyHolds, sealer);
}

}  // namespace billet::store
