// lib/store/maintenance.cpp — The operator's statements.
#include "lib/store/maintenance.h"

#include <cstdint>
#include <utility>

#include "lib/base/text.h"
#include "lib/store/retrier.h"
#include "lib/store/disabling.h"
#include "lib/store/write_probe.h"

namespace billet::store {
namespace {

constexpr std::uint64_t kEventsAtOnce = 1000;
constexpr std::size_t kEpochCharacters = 16;

constexpr std::uint64_t kUsersAtOnce = 1000;
constexpr std::uint64_t kSessionsAtOnce = 1000;

constexpr Statement kNewEpoch = "UPDATE meta SET value = ? WHERE name = 'epoch'";
constexpr Statement kEndSessionsOfNewUsers =
    "INSERT INTO meta (name, value) VALUES ('sessions_ended_at', ?) ON DUPLICATE KEY UPDATE value = VALUES(value)";
constexpr Statement kLastUser = "SELECT COALESCE(MAX(id), 0) FROM users";
constexpr Statement kEndHostSessions =
    "UPDATE users SET sessions_ended_at = ? WHERE id > ? AND id <= ? AND issuer IS NOT NULL";
constexpr Statement kSessionsAfter = "SELECT id FROM sessions WHERE id > ? ORDER BY id LIMIT ?";
constexpr Statement kEndSessions =
    "UPDATE sessions SET revoked_at = UTC_TIMESTAMP(6) WHERE id > ? AND id <= ? AND revoked_at IS NULL";
constexpr Statement kDisabled = "SELECT id, username FROM users WHERE disabled_at IS NOT NULL ORDER BY id";
constexpr Statement kHasName = "SELECT 1 FROM users WHERE id = ? AND username = ?";
constexpr Statement kDeleteSessions = "DELETE FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?";
// Rooms have no holes in their numbers.
constexpr Statement kCountMessages = "SELECT CAST(COALESCE(SUM(last_seq), 0) AS UNSIGNED) FROM chat_rooms";
// Two ranges of the primary key: any other form of the condition reads a large room from its
// beginning for every page.
constexpr Statement kMessagesAfter =
    "SELECT room_id, seq, sender_id, key_id, IF(key_id = ?, '', content) FROM chat_messages"
    " WHERE (room_id = ? AND seq > ?) OR room_id > ? ORDER BY room_id, seq LIMIT ?";
// Content never changes: a row that is still under the old key is the one that was read.
constexpr Statement kReplaceSealed =
    "UPDATE chat_messages SET key_id = ?, content = ? WHERE room_id = ? AND seq = ? AND key_id = ?";
constexpr Statement kCountLogs = "SELECT COUNT(*) FROM user_log";
// With each log whether its first event is old: most have nothing to delete.
constexpr Statement kLogsAfter =
    "SELECT user_id, (SELECT created_at < ? FROM user_events AS e WHERE e.user_id = l.user_id ORDER BY `cursor` LIMIT "
    "1)"
    " FROM user_log AS l WHERE user_id > ? ORDER BY user_id LIMIT ?";
constexpr Statement kFirstEvents =
    "SELECT `cursor`, created_at < ? FROM user_events WHERE user_id = ? ORDER BY `cursor` LIMIT ?";
constexpr Statement kRaiseFloor = "UPDATE user_log SET floor_cursor = GREATEST(floor_cursor, ?) WHERE user_id = ?";
constexpr Statement kDeleteEvents = "DELETE FROM user_events WHERE user_id = ? AND `cursor` <= ?";

std::uint64_t count_of(Rows rows) {
    return rows.next() ? rows.number(1) : 0;
}

// Deletes old events at the start of a user's log, at most kEventsAtOnce; how many. The floor moves
// with them: a reader sees both or neither.
std::uint64_t prune_some(DatabaseConnection& connection, UserId user, Time cutoff) {
    Rows rows = connection.query(kFirstEvents, cutoff, user, kEventsAtOnce);
    Cursor last;
    std::uint64_t count = 0;
    while (rows.next() && rows.flag(2)) {
        last = Cursor{rows.number(1)};
        ++count;
    }
    if (count == 0) return 0;
    connection.begin();
    connection.update(kRaiseFloor, last, user);
    connection.update(kDeleteEvents, user, last);
    connection.commit();
    return count;
}

// The last of the next kSessionsAtOnce sessions in the order of ids.
std::optional<std::string> last_session_after(DatabaseConnection& connection, const std::string& after) {
    std::optional<std::string> last;
    for (Rows rows = connection.query(kSessionsAfter, after, kSessionsAtOnce); rows.next();) last = rows.text(1);
    return last;
}

}  // namespace

Maintenance::Maintenance(DatabaseConfig config) : retrier_(std::make_unique<Retrier>(std::move(config))) {}
Maintenance::~Maintenance() = default;

Result<std::string> Maintenance::new_epoch() {
    return retrier_->run([](DatabaseConnection& connection, int) -> Result<std::string> {
        const std::string epoch = random_id().substr(0, kEpochCharacters);
        if (connection.update(kNewEpoch, epoch) == 0) return make_error(Code::kInternal, "the table meta has no epoch");
        return epoch;
    });
}

// Users who turn up meanwhile wait for the first statement or are seen by the second loop
// (kInsertUser).
Result<std::uint64_t> Maintenance::end_sessions() {
    return retrier_->run([](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        const Time moment = now();
        connection.update(kEndSessionsOfNewUsers, to_sql_datetime(moment));
        const std::uint64_t last_user = count_of(connection.query(kLastUser));
        for (std::uint64_t id = 0; id < last_user; id += kUsersAtOnce)
            connection.update(kEndHostSessions, moment, id, id + kUsersAtOnce);
        std::uint64_t ended = 0;
        std::string after;
        while (auto last = last_session_after(connection, after)) {
            ended += connection.update(kEndSessions, after, *last);
            after = *std::move(last);
        }
        return ended;
    });
}

Result<std::vector<DisabledAccount>> Maintenance::disabled_accounts() {
    return retrier_->run([](DatabaseConnection& connection, int) -> Result<std::vector<DisabledAccount>> {
        std::vector<DisabledAccount> accounts;
        for (Rows rows = connection.query(kDisabled); rows.next();)
            accounts.push_back({UserId{rows.number(1)}, rows.text(2)});
        return accounts;
    });
}

Result<std::vector<DisabledAccount>> Maintenance::disable_accounts(std::span<const DisabledAccount> accounts) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::vector<DisabledAccount>> {
        std::vector<DisabledAccount> missing;
        for (const DisabledAccount& account : accounts) {
            const bool there = connection.query(kHasName, account.id, account.username).next();
            if (!there || !set_disabled(connection, account.id, true)) missing.push_back(account);
        }
        return missing;
    });
}

Result<void> Maintenance::prove_writing() {
    return retrier_->run([](DatabaseConnection& connection, int) { return store::prove_writing(connection, true); });
}

Result<std::uint64_t> Maintenance::prune_sessions(Time cutoff, std::size_t limit) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        return connection.update(kDeleteSessions, cutoff, std::uint64_t{limit});
    });
}

Result<std::uint64_t> Maintenance::message_count() {
    return retrier_->run([](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        return count_of(connection.query(kCountMessages));
    });
}

Result<SealedPage> Maintenance::messages_not_under(std::uint16_t key_id, chat::MessagePlace after, std::size_t limit) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<SealedPage> {
        Rows rows = connection.query(kMessagesAfter, std::uint64_t{key_id}, after.room, after.seq, after.room,
                                     std::uint64_t{limit});
        SealedPage page{.messages = {}, .scanned = 0, .last = after};
        while (rows.next()) {
            ++page.scanned;
            page.last = {RoomId{rows.number(1)}, Seq{rows.number(2)}};
            const auto sealed_by = static_cast<std::uint16_t>(rows.number(4));
            if (sealed_by != key_id)
                page.messages.push_back({page.last, UserId{rows.number(3)}, sealed_by, rows.text(5)});
        }
        return page;
    });
}

Result<std::uint64_t> Maintenance::replace_sealed(std::span<const Resealed> messages) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        std::uint64_t replaced = 0;
        connection.begin();
        for (const Resealed& message : messages) {
            replaced += connection.update(kReplaceSealed, std::uint64_t{message.key_id}, message.bytes,
                                          message.place.room, message.place.seq, std::uint64_t{message.old_key_id});
        }
        connection.commit();
        return replaced;
    });
}

Result<std::uint64_t> Maintenance::user_count() {
    return retrier_->run([](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        return count_of(connection.query(kCountLogs));
    });
}

Result<PruneStep> Maintenance::prune_events(UserId after, Time cutoff, std::size_t limit) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<PruneStep> {
        PruneStep step{.users = 0, .events = 0, .last = after};
        Rows rows = connection.query(kLogsAfter, cutoff, after, std::uint64_t{limit});
        while (rows.next()) {
            step.last = UserId{rows.number(1)};
            ++step.users;
            if (!rows.flag(2)) continue;
            while (const std::uint64_t deleted = prune_some(connection, step.last, cutoff)) step.events += deleted;
        }
        return step;
    });
}

}  // namespace billet::store
