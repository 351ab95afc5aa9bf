// lib/store/whole_database.h — What a backup and a restore ask of the database beside its tables:
// the lock that keeps migrations away, who else is connected, how far an earlier restore came, and
// what must outlive a restore.
//
// Logs in without a default database: it may be away, half restored or not made yet.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/config/database.h"
#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/store/maintenance.h"

namespace billet::store {

class Retrier;

// A row of chat_messages as it lies there.
struct StoredText {
    RoomId room;
    Seq seq;
    UserId sender;
    std::uint16_t key_id = 0;
    std::string bytes;
};

// The table restore_unfinished stands from the beginning of a restore to its end, and
// restore_disabled beside it keeps the accounts that were disabled in what is being replaced;
// daemons refuse to start meanwhile (schema.h).
enum class RestoreStep {
    kNone,     // no restore is under way
    kLoading,  // the tables are being loaded, or loading them was cut off
    kLoaded,   // all rows are there; sessions and cursors of before the restore are still believed
};

// For one thread. Every call blocks. Errors: kUnavailable, kInternal (missing rights, …), both with
// detail for the operator.
class WholeDatabase {
public:
    // kInvalidArgument when the database's name could not stand in SQL as it is.
    static Result<std::unique_ptr<WholeDatabase>> create(const DatabaseConfig& config);
    ~WholeDatabase();
    WholeDatabase(const WholeDatabase&) = delete;
    WholeDatabase& operator=(const WholeDatabase&) = delete;

    // Takes the lock of migrations ("billet schema NAME", tools/stack/migrate.sh), waiting for at
    // most `wait`; false when somebody else has it.
    // Held until this object ends or its connection is lost.
    Result<bool> take_lock(std::chrono::seconds wait);
    Result<bool> holds_lock();

    Result<bool> exists();
    // Whether this user may read all of it, the registry's triggers and function too: a dump leaves
    // out without a word what its user cannot see.
    Result<bool> is_all_visible();
    Result<bool> has_binary_log();
    // Connections whose default database it is.
    Result<std::uint64_t> users_connected();
    Result<RestoreStep> restore_step();
    // Those of the users' table, or, once a restore has begun, those that it has kept. Empty where
    // the database or the table is missing.
    Result<std::vector<DisabledAccount>> disabled_accounts();
    // The SQL with which a restore begins: it keeps `disabled` and empties the database. What it
    // keeps is there before anything is lost.
    Result<std::string> sql_before_restore(const std::vector<DisabledAccount>& disabled);
    // … and which follows the last row.
    std::string sql_after_restore() const;
    // The newest change in the registry of the migrations; empty: none.
    Result<std::string> schema_change();
    // Up to `count` messages spread evenly over the table by id.
    Result<std::vector<StoredText>> some_texts(std::size_t count);
    // To be called after a restore whose sessions and cursors have been ended. The daemons may
    // start.
    Result<void> end_restore();

    const std::string& name() const { return name_; }

private:
    WholeDatabase(const DatabaseConfig& config, std::string name);

    Result<std::uint64_t> ask_number(const std::string& sql);
    Result<bool> has_table(const std::string& table);

    std::string name_;
    std::string lock_name_;
    // A prepared statement goes by its text's address: these must stay where they are.
    const std::string end_sql_;
    std::unique_ptr<Retrier> retrier_;
};

}  // namespace billet::store
