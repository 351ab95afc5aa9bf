// tests/contract/store_settings.cpp — Whatever the server's global settings are: the same answers,
// or a refusal that says why.
#include <pwd.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "lib/store/retrier.h"
#include "lib/store/database_connection.h"
#include "lib/store/schema.h"
#include "lib/store/store.h"
#include "lib/store/write_probe.h"
#include "tests/contract/server_settings.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using namespace billet::contract;

namespace {

constexpr std::size_t kMessages = 3;

// What two people see after a short talk, in one line. Everything is asked of connections that are
// new.
std::string talk() {
    MariaDbCase on;
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const RoomId room = on.room(ann, bob);
    on.say_many(room, ann, kMessages);
    if (!mark_read(on.store(), room, bob.id, Seq{2})) return "no mark";
    if (!block(on.store(), ann.id, bob.id, true)) return "no block";
    MariaDbCase beside;
    const auto history = beside.store().messages(room, bob.id, {}, 10);
    const auto log = beside.store().events(bob.id, Cursor{}, 10);
    const auto rooms = beside.store().rooms(ann.id, std::nullopt, 10);
    const auto names = beside.store().users_by_prefix(ann.username.substr(0, 4), 5);
    if (!history || !log || !rooms || !names) return "no answer";
    return std::to_string(history->messages.size()) + " messages, " + std::to_string(log->events.size()) + " events, " +
           std::to_string(rooms->rooms.size()) + " room, " + (names->empty() ? "nobody" : "somebody") + ", unread " +
           std::to_string(beside.store().head(bob.id)->total_unread) +
           (beside.store().acquaintance(bob.id, ann.id)->can_message ? ", open" : ", blocked");
}

}  // namespace

TEST_GROUP(ServerSettings) {
    ServerSettings server;

    void teardown() override {
        server.restore();
    }

    // Empty, or what the talk was like with this setting.
    std::string differs_with(const std::string& variable, const std::string& value) {
        server.set(variable, value);
        const std::string seen = talk();
        server.restore();
        return seen == "3 messages, 5 events, 1 room, somebody, unread 1, blocked" ? "" : variable + ": " + seen + "; ";
    }
    std::string refusal() {
        try {
            const store::DatabaseConnection connection(MariaDbCase::database());
        } catch (const std::exception& error) {
            return error.what();
        }
        return "connected";
    }
    static std::uint64_t connection_of(store::Retrier & attempts) {
        return *attempts.run([](store::DatabaseConnection& connection, int) -> Result<std::uint64_t> {
            auto rows = connection.query_text("SELECT CONNECTION_ID()");
            rows.next();
            return rows.number(1);
        });
    }
    static Result<void> proof_of(store::Retrier & attempts) {
        return attempts.run(
            [](store::DatabaseConnection& connection, int) { return store::prove_writing(connection, true); });
    }
    static std::string os_user() {
        return getpwuid(getuid())->pw_name;
    }
};

TEST(ServerSettings, AnswersDoNotDependOnThem) {
    using Setting = std::pair<const char*, const char*>;
    std::string differences;
    for (const auto& [variable, value] :
         {Setting{"sql_select_limit", "1"}, Setting{"completion_type", "'CHAIN'"},
          Setting{"completion_type", "'RELEASE'"}, Setting{"autocommit", "0"}, Setting{"tx_read_only", "1"},
          Setting{"tx_isolation", "'SERIALIZABLE'"}, Setting{"sql_safe_updates", "1"}, Setting{"max_join_size", "1"},
          Setting{"max_statement_time", "0.000001"}, Setting{"foreign_key_checks", "0"}, Setting{"unique_checks", "0"},
          Setting{"check_constraint_checks", "0"}, Setting{"sql_auto_is_null", "1"},
          Setting{"sql_mode", "'ANSI_QUOTES,PIPES_AS_CONCAT,ORACLE,NO_BACKSLASH_ESCAPES'"},
          Setting{"time_zone", "'+05:30'"}, Setting{"character_set_client", "latin1"},
          Setting{"character_set_results", "latin1"}, Setting{"collation_connection", "latin1_swedish_ci"},
          Setting{"collation_server", "latin1_swedish_ci"}, Setting{"div_precision_increment", "0"},
          Setting{"group_concat_max_len", "4"}, Setting{"max_sort_length", "64"}, Setting{"lock_wait_timeout", "0"},
          Setting{"innodb_lock_wait_timeout", "0"}, Setting{"idle_transaction_timeout", "1"},
          Setting{"wait_timeout", "1"}, Setting{"old_mode", "'ZERO_DATE_TIME_CAST'"},
          Setting{"optimizer_switch", "'derived_merge=off,mrr=on,mrr_sort_keys=on,optimize_join_buffer_size=off'"},
          Setting{"join_cache_level", "8"}, Setting{"big_tables", "1"}, Setting{"sql_buffer_result", "1"},
          Setting{"low_priority_updates", "1"}, Setting{"max_heap_table_size", "16384"},
          Setting{"tmp_memory_table_size", "0"}, Setting{"in_predicate_conversion_threshold", "2"},
          Setting{"eq_range_index_dive_limit", "1"}, Setting{"auto_increment_increment", "7"},
          Setting{"init_connect", "'SET autocommit=0, sql_select_limit=1'"}, Setting{"lc_time_names", "'de_DE'"},
          Setting{"default_storage_engine", "MyISAM"}, Setting{"query_cache_type", "1"}, Setting{"sql_notes", "0"},
          Setting{"default_week_format", "3"},
          // On since MariaDB 11.6.
          Setting{"innodb_snapshot_isolation", "1 - @@GLOBAL.innodb_snapshot_isolation"},
          Setting{"binlog_row_image", "MINIMAL"}, Setting{"max_length_for_sort_data", "8"}})
        differences += differs_with(variable, value);

    STRCMP_EQUAL("", differences.c_str());
}

TEST(ServerSettings, WhatASessionCannotSetIsRefusedWithItsName) {
    server.set("max_allowed_packet", "65536");
    STRCMP_CONTAINS("max_allowed_packet=65536, at least 1048576", refusal().c_str());
    server.restore();
    server.set("binlog_format", "STATEMENT");
    STRCMP_CONTAINS("binlog_format=STATEMENT", refusal().c_str());
    server.restore();
    STRCMP_EQUAL("connected", refusal().c_str());
}

TEST(ServerSettings, AServerThatForgetsInAPowerCutIsRefusedAtStart) {
    CHECK_TRUE(store::check_durability(MariaDbCase::database()).ok());
    for (const char* variable : {"sync_binlog", "innodb_flush_log_at_trx_commit"}) {
        server.set(variable, "0");
        const auto checked = store::check_durability(MariaDbCase::database());
        server.restore();
        CHECK_TRUE(checked.error().code == Code::kInvalidArgument);
        STRCMP_CONTAINS((std::string(variable) + "=0").c_str(), checked.error().detail.c_str());
    }
}

TEST(ServerSettings, AReadOnlyServerIsToldAndAnswersWhatItCan) {
    MariaDbCase on;
    const User ann = on.user("ann");
    CHECK_TRUE(on.store().ping().ok());
    server.set("read_only", "1");

    const auto written = on.store().set_display_name(ann.id, "Anna");
    const auto pinged = MariaDbCase().store().ping();

    CHECK_TRUE(written.error().code == Code::kUnavailable);
    CHECK_TRUE(pinged.error().code == Code::kUnavailable);
    STRCMP_EQUAL("read_only", pinged.error().reason.c_str());
    CHECK_TRUE(on.store().user(ann.id)->display_name == "ann");
    server.restore();
    CHECK_TRUE(on.store().set_display_name(ann.id, "Anna").ok());
    CHECK_TRUE(MariaDbCase().store().ping().ok());
}

// As one whose disk is full: statements that change no row go on.
TEST(ServerSettings, AServerThatCommitsNothingIsNotReady) {
    DatabaseConfig superuser = MariaDbCase::database();
    superuser.user = os_user();
    superuser.password_file.clear();
    {
        store::DatabaseConnection connection(superuser);
        connection.update("BACKUP STAGE START");
        connection.update("BACKUP STAGE FLUSH");
        connection.update("BACKUP STAGE BLOCK_DDL");
        connection.update("BACKUP STAGE BLOCK_COMMIT");

        const auto pinged = MariaDbCase().store().ping();

        CHECK_FALSE(pinged.ok());
        CHECK_TRUE(pinged.error().code == Code::kUnavailable);
    }
    CHECK_TRUE(MariaDbCase().store().ping().ok());
}

TEST(ServerSettings, WhoeverWaitsForAnothersLockInVainDoubtsTheServer) {
    const auto process = std::make_shared<store::ServerHealth>();
    CHECK_TRUE(process->writable([](bool) { return Result<void>{}; }).ok());
    MariaDbCase on;
    const User ann = on.user("ann");
    store::DatabaseConnection holder(MariaDbCase::database());
    holder.begin();
    holder.update("UPDATE users SET display_name = 'Anna' WHERE id = ?", ann.id);
    store::Retrier waiter(MariaDbCase::database(), process);

    const auto waited = waiter.run([&](store::DatabaseConnection& connection, int) -> Result<void> {
        connection.update("UPDATE users SET display_name = 'Annie' WHERE id = ?", ann.id);
        return {};
    });

    CHECK_TRUE(waited.error().code == Code::kUnavailable);
    bool thoroughly = false;
    CHECK_TRUE(process
                   ->writable([&](bool wanted) {
                       thoroughly = wanted;
                       return Result<void>{};
                   })
                   .ok());
    CHECK_TRUE(thoroughly);
}

// Whatever each of these writes is: where one is known to hang, no second worker waits for it.
TEST(ServerSettings, WritesAreRefusedAtOnceWhileNothingCanBeWritten) {
    const auto process = std::make_shared<store::ServerHealth>();
    store::MariaDbStore knowing(MariaDbCase::database(), MariaDbCase::sealer(), process);
    MariaDbCase on;
    const User ann = on.user("ann");
    const auto transact = [&] { return knowing.transact([](Transaction&) { return Result<void>{}; }); };
    CHECK_TRUE(transact().ok());

    CHECK_FALSE(process->writable([](bool) { return Result<void>(unavailable("it hangs")); }).ok());

    STRCMP_EQUAL("it hangs", transact().error().detail.c_str());
    STRCMP_EQUAL("it hangs", knowing.set_display_name(ann.id, "Anna").error().detail.c_str());
    STRCMP_EQUAL("it hangs", knowing.revoke_session("none", ann.id, now()).error().detail.c_str());
    CHECK_TRUE(knowing.user(ann.id).ok());
    bool written = false;
    for (int tries = 0; tries < 200 && !written; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        written = transact().ok();
    }
    CHECK_TRUE(written);
}

TEST(ServerSettings, TheProofOfWritingHoldsForAUserWhomReadOnlyDoesNotStop) {
    DatabaseConfig superuser = MariaDbCase::database();
    superuser.user = os_user();
    superuser.password_file.clear();
    store::DatabaseConnection connection(superuser);
    CHECK_TRUE(store::prove_writing(connection, true).ok());

    server.set("read_only", "1");

    STRCMP_EQUAL("read_only", store::prove_writing(connection, true).error().reason.c_str());
}

TEST(ServerSettings, EveryConnectionToADemotedServerIsMadeAnew) {
    const auto process = std::make_shared<store::ServerHealth>();
    store::Retrier writer(MariaDbCase::database(), process);
    store::Retrier reader(MariaDbCase::database(), process);
    const std::uint64_t writers = connection_of(writer);
    const std::uint64_t readers = connection_of(reader);
    CHECK_EQUAL(readers, connection_of(reader));
    server.set("read_only", "1");

    const auto refused = writer.run([](store::DatabaseConnection& connection, int) -> Result<void> {
        connection.update("UPDATE users SET display_name = display_name WHERE id = 0");
        return {};
    });

    CHECK_TRUE(refused.error().code == Code::kUnavailable);
    CHECK_TRUE(connection_of(writer) != writers);
    CHECK_TRUE(connection_of(reader) != readers);
    server.restore();
    CHECK_TRUE(proof_of(writer).ok());
}
