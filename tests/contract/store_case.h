// tests/contract/store_case.h — One suite of rules, run on the fake store and on MariaDB:
// STORE_RULE(Name) { … on.store() … }.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/config/database.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"

#include "CppUTest/TestHarness.h"

namespace billet::contract {

// A store and people in it. The database may hold what other tests left: people are new in each
// case.
class StoreCase {
public:
    virtual ~StoreCase() = default;

    // A store for another thread, on the same data.
    virtual std::shared_ptr<chat::Store> open() = 0;

    chat::Store& store() {
        if (!store_) store_ = open();
        return *store_;
    }

    // `name` with something random behind it.
    static std::string unique(const std::string& name);
    chat::User user(const std::string& name);
    // An empty room, with the events that tell of it.
    RoomId room(const chat::User& one, const chat::User& other);
    // "m-N" for N = 1..count, sent by `sender`.
    void say_many(RoomId room, const chat::User& sender, int count);
    chat::Message say(RoomId room, const chat::User& sender, const std::string& content);

private:
    std::shared_ptr<chat::Store> store_;
};

class FakeCase : public StoreCase {
public:
    FakeCase();
    std::shared_ptr<chat::Store> open() override;

private:
    std::shared_ptr<chat::Store> shared_;
};

class MariaDbCase : public StoreCase {
public:
    std::shared_ptr<chat::Store> open() override;

    // Of BILLET_TEST_CONFIG, or of the stack in BILLET_RUN_DIR, or of a private MariaDB that is
    // started at first use and ended with the test run.
    static const DatabaseConfig& database();
    // The same as billet_admin, who prunes: more rights, and not all.
    static DatabaseConfig operator_database();
    static std::shared_ptr<const crypto::ContentSealer> sealer();
    static std::shared_ptr<chat::Store> open_with(const DatabaseConfig& config);
};

// What the use cases do, in short: safe in any thread, no checks inside.
struct Send {
    RoomId room;
    UserId sender;
    std::string content;
    std::string client_msg_id = StoreCase::unique("c");
    bool give_up = false;  // return an error after everything was written
};
Result<chat::Message> send(chat::Store& store, const Send& what);
Result<void> mark_read(chat::Store& store, RoomId room, UserId reader, Seq seq);
Result<RoomId> open_room(chat::Store& store, const chat::User& one, const chat::User& other);
Result<bool> block(chat::Store& store, UserId blocker, UserId blocked, bool on);

// Once in each file of rules: the groups that its rules belong to.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define STORE_RULES()               \
    namespace {                     \
    TEST_GROUP(FakeStoreKeeps) {    \
    };                              \
    TEST_GROUP(MariaDbStoreKeeps) { \
    };                              \
    }

// The body of a rule, once for each store.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define STORE_RULE(rule)                               \
    static void rule(billet::contract::StoreCase& on); \
    TEST(FakeStoreKeeps, rule) {                       \
        billet::contract::FakeCase on;                 \
        ::rule(on);                                    \
    }                                                  \
    TEST(MariaDbStoreKeeps, rule) {                    \
        billet::contract::MariaDbCase on;              \
        ::rule(on);                                    \
    }                                                  \
    static void rule([[maybe_unused]] billet::contract::StoreCase& on)

}  // namespace billet::contract
