// lib/store/whole_database.cpp — Questions about the database as a whole. Its name has been checked
// and stands in the statements' text.
#include "lib/store/whole_database.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "lib/base/text.h"
#include "lib/store/retrier.h"

namespace billet::store {
namespace {

constexpr std::size_t kNameBytesMax = 40;  // of 64 for a lock's name
constexpr const char* kMarker = "restore_unfinished";
constexpr const char* kKept = "restore_disabled";

// The wait on the server stays below read_timeout_s: a longer one would look like a lost
// connection.
constexpr Statement kTakeLock = "SELECT GET_LOCK(?, 0.5)";
constexpr Statement kHoldsLock = "SELECT COALESCE(IS_USED_LOCK(?) = CONNECTION_ID(), 0)";
constexpr Statement kDatabaseStands = "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?";
constexpr Statement kTableStands =
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";
constexpr Statement kConnected =
    "SELECT COUNT(*) FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()";
// Of the registry that sqitch makes: two triggers, and before sqitch 1.5 the function that they
// call.
constexpr Statement kTriggersSeen =
    "SELECT COUNT(*), COALESCE(SUM(action_statement LIKE '%checkit%'), 0) FROM information_schema.triggers WHERE "
    "trigger_schema = ?";
constexpr Statement kFunctionSeen =
    "SELECT COUNT(routine_definition) FROM information_schema.routines WHERE routine_schema = ? AND routine_name = "
    "'checkit'";
constexpr std::uint64_t kTriggers = 2;
constexpr Statement kTables =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY "
    "table_name";
constexpr Statement kBinaryLog = "SELECT @@log_bin";

bool is_plain_name(const std::string& name) {
    return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

DatabaseConfig without_database(DatabaseConfig config) {
    config.name = "information_schema";
    return config;
}

std::uint64_t first_number(Rows rows) {
    return rows.next() ? rows.number(1) : 0;
}

StoredText text_of(Rows& row) {
    return {.room = RoomId{row.number(1)},
            .seq = Seq{row.number(2)},
            .sender = UserId{row.number(3)},
            .key_id = static_cast<std::uint16_t>(row.number(4)),
            .bytes = row.text(5)};
}

}  // namespace

Result<std::unique_ptr<WholeDatabase>> WholeDatabase::create(const DatabaseConfig& config) {
    if (!is_plain_name(config.name))
        return make_error(Code::kInvalidArgument,
                          "[database] name '" + config.name + "' has other characters than a-z A-Z 0-9 _");
    return std::unique_ptr<WholeDatabase>(new WholeDatabase(without_database(config), config.name));
}

WholeDatabase::WholeDatabase(const DatabaseConfig& config, std::string name)
    : name_(std::move(name)),
      lock_name_("billet schema " + name_),
      end_sql_("DROP TABLE IF EXISTS " + name_ + "." + kMarker + ", " + name_ + "." + kKept),
      retrier_(std::make_unique<Retrier>(config)) {}
WholeDatabase::~WholeDatabase() = default;

Result<bool> WholeDatabase::take_lock(std::chrono::seconds wait) {
    const auto end = std::chrono::steady_clock::now() + wait;
    for (;;) {
        auto taken = retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
            return first_number(connection.query(kTakeLock, lock_name_));
        });
        if (!taken) return std::move(taken).error();
        if (*taken == 1) return true;
        if (std::chrono::steady_clock::now() >= end) return false;
    }
}

Result<bool> WholeDatabase::holds_lock() {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<bool> {
        return first_number(connection.query(kHoldsLock, lock_name_)) == 1;
    });
}

Result<bool> WholeDatabase::exists() {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<bool> {
        return first_number(connection.query(kDatabaseStands, name_)) == 1;
    });
}

Result<bool> WholeDatabase::is_all_visible() {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<bool> {
        std::uint64_t callers = 0;
        if (Rows triggers = connection.query(kTriggersSeen, name_); triggers.next()) {
            if (triggers.number(1) < kTriggers) return false;
            callers = triggers.number(2);
        }
        return callers == 0 || first_number(connection.query(kFunctionSeen, name_)) == 1;
    });
}

Result<bool> WholeDatabase::has_binary_log() {
    return retrier_->run([](DatabaseConnection& connection, int) -> Result<bool> {
        return first_number(connection.query(kBinaryLog)) == 1;
    });
}

Result<std::uint64_t> WholeDatabase::users_connected() {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        return first_number(connection.query(kConnected, name_));
    });
}

Result<bool> WholeDatabase::has_table(const std::string& table) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<bool> {
        return first_number(connection.query(kTableStands, name_, table)) == 1;
    });
}

Result<std::uint64_t> WholeDatabase::ask_number(const std::string& sql) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::uint64_t> {
        return first_number(connection.query_text(sql));
    });
}

Result<RestoreStep> WholeDatabase::restore_step() {
    auto marked = has_table(kMarker);
    if (!marked) return std::move(marked).error();
    if (!*marked) return RestoreStep::kNone;
    auto loaded = ask_number("SELECT COUNT(*) FROM " + name_ + "." + kMarker + " WHERE step = 'loaded'");
    if (!loaded) return std::move(loaded).error();
    return *loaded > 0 ? RestoreStep::kLoaded : RestoreStep::kLoading;
}

Result<std::vector<DisabledAccount>> WholeDatabase::disabled_accounts() {
    auto kept = has_table(kKept);
    if (!kept) return std::move(kept).error();
    auto users = has_table("users");
    if (!users) return std::move(users).error();
    if (!*kept && !*users) return std::vector<DisabledAccount>{};
    const std::string from = *kept ? std::string(".") + kKept : std::string(".users WHERE disabled_at IS NOT NULL");
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::vector<DisabledAccount>> {
        std::vector<DisabledAccount> accounts;
        Rows rows = connection.query_text("SELECT id, username FROM " + name_ + from + " ORDER BY id");
        while (rows.next()) accounts.push_back({UserId{rows.number(1)}, rows.text(2)});
        return accounts;
    });
}

Result<std::string> WholeDatabase::sql_before_restore(const std::vector<DisabledAccount>& disabled) {
    auto tables = retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::vector<std::string>> {
        std::vector<std::string> names;
        for (Rows rows = connection.query(kTables, name_); rows.next();) names.push_back(rows.text(1));
        return names;
    });
    if (!tables) return std::move(tables).error();
    std::string sql = "CREATE DATABASE IF NOT EXISTS " + name_ + " CHARACTER SET utf8mb4; USE " + name_ + ";\n";
    sql += std::string("CREATE TABLE IF NOT EXISTS ") + kKept +
           " (id BIGINT UNSIGNED PRIMARY KEY, username VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL) ENGINE = InnoDB;\n";
    for (const DisabledAccount& account : disabled)
        sql += std::string("INSERT IGNORE INTO ") + kKept + " VALUES (" + std::to_string(account.id.value) + ", X'" +
               to_hex(account.username) + "');\n";
    sql += std::string("CREATE TABLE IF NOT EXISTS ") + kMarker +
           " (step VARCHAR(16) NOT NULL) ENGINE = InnoDB;\nDELETE FROM " + kMarker + "; INSERT INTO " + kMarker +
           " VALUES ('loading');\n";
    sql += "SET foreign_key_checks = 0; DROP FUNCTION IF EXISTS checkit;\n";
    for (const std::string& table : *tables) {
        if (table != kMarker && table != kKept) sql += "DROP TABLE IF EXISTS `" + table + "`;\n";
    }
    return sql + "SET foreign_key_checks = 1;\n";
}

std::string WholeDatabase::sql_after_restore() const {
    return "\nUPDATE " + name_ + "." + kMarker + " SET step = 'loaded';\n";
}

Result<std::string> WholeDatabase::schema_change() {
    auto registry = has_table("changes");
    if (!registry) return std::move(registry).error();
    if (!*registry) return std::string{};
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::string> {
        Rows rows = connection.query_text(
            "SELECT `change` FROM " + name_ +
            ".changes WHERE project = 'billet' ORDER BY committed_at DESC, planned_at DESC LIMIT 1");
        return rows.next() ? rows.text(1) : std::string{};
    });
}

// Of rooms spread over all of them the oldest text and the newest: whatever key was used when.
Result<std::vector<StoredText>> WholeDatabase::some_texts(std::size_t count) {
    const std::string messages = name_ + ".chat_messages";
    auto last = ask_number("SELECT COALESCE(MAX(room_id), 0) FROM " + messages);
    if (!last) return std::move(last).error();
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::vector<StoredText>> {
        std::set<std::uint64_t> rooms;
        for (std::size_t i = 1; i <= count; i += 2) rooms.insert(*last * i / count);
        std::vector<StoredText> texts;
        for (const std::uint64_t room : rooms) {
            const std::string number = std::to_string(room);
            for (const std::string& side : {"<= " + number + " ORDER BY room_id DESC, seq DESC LIMIT 1",
                                            ">= " + number + " ORDER BY room_id, seq LIMIT 1"}) {
                Rows rows = connection.query_text("SELECT room_id, seq, sender_id, key_id, content FROM " + messages +
                                                  " WHERE room_id " + side);
                if (rows.next()) texts.push_back(text_of(rows));
            }
        }
        return texts;
    });
}

Result<void> WholeDatabase::end_restore() {
    auto marked = has_table(kMarker);
    if (!marked) return std::move(marked).error();
    if (!*marked) return {};
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<void> {
        connection.run_text(end_sql_);
        return {};
    });
}

}  // namespace billet::store
