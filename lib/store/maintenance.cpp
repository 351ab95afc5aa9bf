// lib/store/maintenance.cpp — The operator's statements.
#include "lib/store/maintenance.h"

#include <utility>

#include "lib/base/text.h"
#include "lib/store/attempts.h"

namespace billet::store {
namespace {

constexpr std::uint64_t kEventsAtOnce = 1000;
constexpr std::size_t kEpochCharacters = 16;

constexpr const char* kNewEpoch = "UPDATE meta SET value = ? WHERE name = 'epoch'";
// Rooms have no holes in their numbers.
constexpr const char* kCountMessages = "SELECT CAST(COALESCE(SUM(last_seq), 0) AS UNSIGNED) FROM chat_rooms";
// Two ranges of the primary key: any other form of the condition reads a large room from its beginning for every page.
constexpr const char* kMessagesAfter =
    "SELECT room_id, seq, sender_id, key_id, IF(key_id = ?, '', content) FROM chat_messages"
    " WHERE (room_id = ? AND seq > ?) OR room_id > ? ORDER BY room_id, seq LIMIT ?";
// Content never changes: a row that is still under the old key is the one that was read.
constexpr const char* kReplaceSealed =
    "UPDATE chat_messages SET key_id = ?, content = ? WHERE room_id = ? AND seq = ? AND key_id = ?";
constexpr const char* kCountLogs = "SELECT COUNT(*) FROM user_log";
// With each log whether its first event is old: most have nothing to delete.
constexpr const char* kLogsAfter =
    "SELECT user_id, (SELECT created_at < ? FROM user_events AS e WHERE e.user_id = l.user_id ORDER BY `cursor` LIMIT "
    "1)"
    " FROM user_log AS l WHERE user_id > ? ORDER BY user_id LIMIT ?";
constexpr const char* kFirstEvents =
    "SELECT `cursor`, created_at < ? FROM user_events WHERE user_id = ? ORDER BY `cursor` LIMIT ?";
constexpr const char* kRaiseFloor = "UPDATE user_log SET floor_cursor = GREATEST(floor_cursor, ?) WHERE user_id = ?";
constexpr const char* kDeleteEvents = "DELETE FROM user_events WHERE user_id = ? AND `cursor` <= ?";

std::uint64_t count_of(Rows rows) {
    return rows.next() ? rows.number(1) : 0;
}

// Deletes old events at the start of a user's log, at most kEventsAtOnce; how many. The floor moves with them: a reader sees both or neither.
std::uint64_t prune_some(Connection& connection, UserId user, Time cutoff) {
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

}  // namespace

Maintenance::Maintenance(DatabaseConfig config) : attempts_(std::make_unique<Attempts>(std::move(config))) {}
Maintenance::~Maintenance() = default;

Result<std::string> Maintenance::new_epoch() {
    return attempts_->run([](Connection& connection, int) -> Result<std::string> {
        const std::string epoch = random_id().substr(0, kEpochCharacters);
        if (connection.update(kNewEpoch, epoch) == 0) return make_error(Code::kInternal, "the table meta has no epoch");
        return epoch;
    });
}

Result<std::uint64_t> Maintenance::message_count() {
    return attempts_->run([](Connection& connection, int) -> Result<std::uint64_t> {
        return count_of(connection.query(kCountMessages));
    });
}

Result<SealedPage> Maintenance::messages_not_under(std::uint16_t key_id, MessagePlace after, std::size_t limit) {
    return attempts_->run([&](Connection& connection, int) -> Result<SealedPage> {
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
    return attempts_->run([&](Connection& connection, int) -> Result<std::uint64_t> {
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
    return attempts_->run(
        [](Connection& connection, int) -> Result<std::uint64_t> { return count_of(connection.query(kCountLogs)); });
}

Result<PruneStep> Maintenance::prune_events(UserId after, Time cutoff, std::size_t limit) {
    return attempts_->run([&](Connection& connection, int) -> Result<PruneStep> {
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
