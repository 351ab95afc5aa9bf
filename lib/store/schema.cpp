// lib/store/schema.cpp — Asks the registry that the migrations keep.
#include "lib/store/schema.h"

#include "lib/store/retrier.h"

namespace billet::store {
namespace {

constexpr Statement kRegistryStands =
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'changes'";
// A deploy runs the plan in order, so the newest is the last that was deployed.
constexpr Statement kNewestChange =
    "SELECT `change` FROM changes WHERE project = 'billet' ORDER BY committed_at DESC, planned_at DESC LIMIT 1";
constexpr Statement kRestoreStands =
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = "
    "'restore_unfinished'";
constexpr Statement kIsDeployed = "SELECT COUNT(*) FROM changes WHERE project = 'billet' AND `change` = ?";

// 3 syncs at every commit too. With the binary log it is that log's sync which decides whether a
// transaction took place.
constexpr Statement kDurability =
    "SELECT @@innodb_flush_log_at_trx_commit, @@innodb_flush_log_at_trx_commit IN (1, 3), @@sync_binlog,"
    " NOT @@log_bin OR @@sync_binlog = 1";

Error refused(const std::string& why) {
    return make_error(Code::kInvalidArgument, why);
}

Error outdated(const std::string& found) {
    return refused("the database schema is " + found + ", this build wants '" + std::string(kSchemaChange) +
                   "': bring it up to date with 'systemctl start billet-migrate' (or tools/stack/migrate.sh deploy)");
}

Result<void> check(DatabaseConnection& connection) {
    Rows restore = connection.query(kRestoreStands);
    if (restore.next() && restore.flag(1))
        return refused(
            "a restore of this database has not been brought to its end: run 'billetctl restore' again, or do what it "
            "said last");
    Rows registry = connection.query(kRegistryStands);
    if (!registry.next() || !registry.flag(1)) return outdated("not there");
    Rows newest = connection.query(kNewestChange);
    if (!newest.next()) return outdated("empty");
    const std::string found = newest.text(1);
    if (found == kSchemaChange) return {};
    Rows deployed = connection.query(kIsDeployed, kSchemaChange);
    if (!deployed.next() || !deployed.flag(1)) return outdated("at '" + found + "'");
    return refused("the database schema is at '" + found + "', newer than this build, which wants '" +
                   std::string(kSchemaChange) +
                   "': install the newer Billet (or go back with tools/stack/migrate.sh revert --to " +
                   std::string(kSchemaChange) + ")");
}

Error not_durable(const std::string& setting) {
    return refused("the database server has " + setting +
                   ": what was acknowledged could be lost in a power cut; it must be 1 (docs/operations.md)");
}

}  // namespace

Result<void> check_durability(const DatabaseConfig& config) {
    return Retrier(config).run([](DatabaseConnection& connection, int /*attempt*/) -> Result<void> {
        Rows rows = connection.query(kDurability);
        rows.next();
        if (!rows.flag(2)) return not_durable("innodb_flush_log_at_trx_commit=" + rows.text(1));
        if (!rows.flag(4)) return not_durable("sync_binlog=" + rows.text(3));
        return {};
    });
}

Result<void> check_schema(const DatabaseConfig& config) {
    if (config.lock_wait_timeout_s >= config.read_timeout_s) {
        return refused(
            "[database] lock_wait_timeout_s must be below read_timeout_s: a lock that is waited for must not look like "
            "a lost connection");
    }
    return Retrier(config).run([](DatabaseConnection& connection, int /*attempt*/) { return check(connection); });
}

}  // namespace billet::store
