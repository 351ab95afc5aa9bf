// tests/contract/store_admission.cpp — Whom a request is for is decided by the rows that come with
// its first answer: who is refused gets nothing and changes nothing.
#include "lib/base/session_id.h"
#include "lib/chat/admission.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lib/store/database_connection.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::MariaDbCase;
using billet::contract::StoreCase;

namespace {

Caller caller_of(const User& user, const std::string& session_id) {
    return {.user = user.id, .session_id = session_id, .token_expires_at = now()};
}

// Ann, who asks, with a session of her own and a room with bob.
struct Asker {
    StoreCase& on;
    User ann = on.user("ann");
    User bob = on.user("bob");
    RoomId room = on.room(ann, bob);
    Message message = on.say(room, bob, "hello");
    Session session{StoreCase::unique("s"), ann.id, 1, now() + std::chrono::hours{1}, false};

    explicit Asker(StoreCase& the_case) : on(the_case) { CHECK_TRUE(on.store().create_session(session).ok()); }
    ~Asker() { on.store().set_admission(nullptr); }

    Admission admission() const { return Admission(caller_of(ann, session.id)); }
    void end_session() { CHECK_TRUE(on.store().revoke_session(session.id, ann.id, session.expires_at).ok()); }
    std::string name_of_bob() { return on.store().user(bob.id)->display_name; }

    // Every call of the store that a request can begin with.
    std::vector<std::function<Result<void>()>> calls() {
        const auto outcome = [](const auto& result) { return result ? Result<void>{} : Result<void>(result.error()); };
        Store& store = on.store();
        return {
            [=, &store, this] { return outcome(store.user(bob.id)); },
            [=, &store, this] { return outcome(store.user_by_name(bob.username)); },
            [=, &store, this] { return outcome(store.users_by_prefix(bob.username, 3)); },
            [=, &store, this] { return outcome(store.room(room, ann.id)); },
            [=, &store, this] { return outcome(store.acquaintance(ann.id, bob.id)); },
            [=, &store, this] { return outcome(store.rooms(ann.id, std::nullopt, 5)); },
            [=, &store, this] { return outcome(store.room_state(room, ann.id)); },
            [=, &store, this] { return outcome(store.messages(room, ann.id, {}, 5)); },
            [=, &store, this] {
                return outcome(store.messages(room, ann.id, {HistoryFrom::kAfter, Seq{0}}, 5));
            },
            [=, &store, this] { return outcome(store.message(message.id, ann.id)); },
            [=, &store, this] { return outcome(store.known_message(room, ann.id, "none")); },
            [=, &store, this] { return outcome(store.head(ann.id)); },
            [=, &store, this] { return outcome(store.events(ann.id, Cursor{}, 5)); },
            [=, &store] { return outcome(store.epoch()); },
            [=, &store, this] { return outcome(store.blocks(ann.id, UserId{}, 5)); },
            [=, &store, this] { return outcome(store.set_display_name(bob.id, "renamed")); },
            [=, this] { return outcome(contract::send(on.store(), {.room = room, .sender = ann.id, .content = "x"})); },
            [=, this] { return outcome(contract::open_room(on.store(), ann, bob)); },
            [=, this] { return outcome(contract::block(on.store(), ann.id, bob.id, true)); },
        };
    }
};

bool is_revoked(const Result<void>& result) {
    return !result && result.error().code == Code::kUnauthenticated && result.error().reason == reason::kRevoked;
}

}  // namespace

STORE_RULES()

STORE_RULE(WhicheverCallComesFirstLetsItsCallerIn) {
    Asker asker(on);
    for (const auto& call : asker.calls()) {
        Admission admission = asker.admission();
        on.store().set_admission(&admission);

        CHECK_TRUE(call().ok());

        CHECK_FALSE(admission.is_open() || admission.refusal());
        CHECK_TRUE(admission.user().username == asker.ann.username);
        on.store().set_admission(nullptr);
    }
}

STORE_RULE(WhoeverIsRefusedGetsTheRefusalAndChangesNothing) {
    Asker asker(on);
    const std::string name = asker.name_of_bob();
    const Cursor head = on.store().head(asker.bob.id)->head;
    asker.end_session();
    for (const auto& call : asker.calls()) {
        Admission admission = asker.admission();
        on.store().set_admission(&admission);

        CHECK_TRUE(is_revoked(call()));
        CHECK_TRUE(is_revoked(call()));
        on.store().set_admission(nullptr);
    }

    STRCMP_EQUAL(name.c_str(), asker.name_of_bob().c_str());
    CHECK_TRUE(on.store().head(asker.bob.id)->head == head);
    LONGS_EQUAL(0, on.store().blocks(asker.ann.id, UserId{}, 5)->users.size());
    CHECK_TRUE(contract::send(*on.open(), {.room = asker.room, .sender = asker.bob.id, .content = "unlocked"}).ok());
}

STORE_RULE(ADisabledAccountAnUnknownSessionAndAnUnknownUserAreRefused) {
    Asker asker(on);
    const auto code_for = [&](const Caller& caller) {
        Admission admission(caller);
        on.store().set_admission(&admission);
        const auto epoch = on.store().epoch();
        on.store().set_admission(nullptr);
        return epoch ? std::string() : epoch.error().reason + std::string(code_name(epoch.error().code));
    };
    const std::string of_a_host = host_session_id(std::string(32, 'a'), now());

    STRCMP_EQUAL("invalidunauthenticated", code_for(caller_of(asker.ann, "none")).c_str());
    STRCMP_EQUAL("", code_for(caller_of(asker.ann, of_a_host)).c_str());
    STRCMP_EQUAL("invalidunauthenticated", code_for(caller_of(asker.bob, asker.session.id)).c_str());
    STRCMP_EQUAL("invalidunauthenticated", code_for({UserId{kIdMax}, asker.session.id, now()}).c_str());
    CHECK_TRUE(on.store().set_disabled(asker.ann.id, true).ok());
    STRCMP_EQUAL("account_disabled", code_for(caller_of(asker.ann, asker.session.id)).c_str());
}

STORE_RULE(TheCallersRowsAreNoCallOfTheirOwn) {
    Asker asker(on);
    Admission admission = asker.admission();
    on.store().set_admission(&admission);
    CHECK_TRUE(on.store().identity(asker.ann.id, asker.session.id).ok());
    CHECK_TRUE(admission.is_open());
}

// What only MariaDB can show.
TEST_GROUP(MariaDbAdmission) {
    MariaDbCase on;

    // Statements that clients have sent so far, and not those inside of compounds.
    static std::uint64_t questions(store::DatabaseConnection & connection) {
        auto rows = connection.query_text(
            "SELECT VARIABLE_VALUE + 0 FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'QUESTIONS'");
        rows.next();
        return rows.number(1);
    }
    static void cut_all_others() {
        store::DatabaseConnection connection(MariaDbCase::database());
        std::vector<std::uint64_t> ids;
        auto rows = connection.query_text(
            "SELECT id FROM information_schema.PROCESSLIST WHERE id <> CONNECTION_ID()"
            " AND user = SUBSTRING_INDEX(USER(), '@', 1)");
        while (rows.next()) ids.push_back(rows.number(1));
        for (const std::uint64_t id : ids) connection.run_text("KILL CONNECTION " + std::to_string(id));
    }
};

TEST(MariaDbAdmission, TheCallersRowsTravelWithTheFirstQuestion) {
    Asker asker(on);
    store::DatabaseConnection counter(MariaDbCase::database());
    const auto sent_by = [&](const std::function<Result<void>()>& call) {
        Admission warm = asker.admission();
        on.store().set_admission(&warm);
        CHECK_TRUE(call().ok());  // prepares
        Admission admission = asker.admission();
        on.store().set_admission(&admission);
        const std::uint64_t before = questions(counter);
        CHECK_TRUE(call().ok());
        const std::uint64_t after = questions(counter);
        on.store().set_admission(nullptr);
        return after - before - 1;  // the one that counts
    };
    const auto send = [&] {
        auto sent = contract::send(on.store(), {.room = asker.room, .sender = asker.ann.id, .content = "x"});
        return sent ? Result<void>{} : Result<void>(sent.error());
    };

    LONGS_EQUAL(1, sent_by([&] {
                    const auto page = on.store().messages(asker.room, asker.ann.id, {}, 5);
                    return page ? Result<void>{} : Result<void>(page.error());
                }));
    LONGS_EQUAL(2, sent_by(send));  // lock; write and COMMIT
}

TEST(MariaDbAdmission, ATransactionThatIsRunAgainAsksAgain) {
    Asker asker(on);
    auto beside = on.open();
    Admission admission = asker.admission();
    on.store().set_admission(&admission);
    int attempts = 0;

    const auto done = on.store().transact([&](Transaction& transaction) -> Result<void> {
        auto head = transaction.lock_head(asker.ann.id);
        if (!head) return std::move(head).error();
        if (++attempts == 1) {
            CHECK_TRUE(beside->revoke_session(asker.session.id, asker.ann.id, asker.session.expires_at).ok());
            cut_all_others();
        }
        auto room = transaction.find_room(asker.ann.id, asker.bob.id);
        return room ? Result<void>{} : Result<void>(room.error());
    });

    LONGS_EQUAL(1, attempts);
    CHECK_TRUE(is_revoked(done));
    CHECK_TRUE(admission.refusal().has_value());
}
