// tests/contract/store_maintenance.cpp — What the operator's tool does to the database: epoch,
// resealing, pruning.
#include "lib/store/maintenance.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/session_id.h"
#include "lib/base/text.h"
#include "lib/store/database_connection.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::MariaDbCase;

TEST_GROUP(Maintenance) {
    MariaDbCase on;
    store::Maintenance maintenance{MariaDbCase::operator_database()};
    User ann = on.user("ann");
    User bob = on.user("bob");
    RoomId room = on.room(ann, bob);
    Time in_an_hour = now() + std::chrono::hours{1};

    std::size_t log_size() {
        return on.store().events(bob.id, Cursor{}, 1000)->events.size();
    }
    // The one message of `room`, as it lies in the table.
    store::SealedMessage sealed(Seq seq) {
        const auto page = maintenance.messages_not_under(0, {room, Seq{seq.value - 1}}, 1);
        return page->messages.at(0);
    }
    std::uint64_t replace(const store::SealedMessage& message, std::uint16_t old_key_id) {
        const auto again =
            MariaDbCase::sealer()->seal(message.place.room, message.place.seq, message.sender, "the same");
        const std::vector<store::Resealed> all{{message.place, old_key_id, again.key_id, again.bytes}};
        return *maintenance.replace_sealed(all);
    }
};

TEST(Maintenance, ANewEpochIsAnotherOneForEverybody) {
    const std::string before = *on.store().epoch();

    const std::string epoch = *maintenance.new_epoch();

    CHECK_TRUE(epoch != before);
    STRCMP_EQUAL(epoch.c_str(), on.store().epoch()->c_str());
}

TEST(Maintenance, EndingAllSessionsLeavesNoneOfAnybody) {
    const std::string id = billet::contract::StoreCase::unique("s");
    CHECK_TRUE(on.store().create_session({id, ann.id, 3, in_an_hour, false}).ok());
    const User host = *on.store().create_user(
        {billet::contract::StoreCase::unique("h"), "H", {}, "https://host.example", id, Role::kUser});
    const std::string token = host_session_id(random_id(), now());

    const auto ended = maintenance.end_sessions();

    CHECK_TRUE(ended.ok() && *ended >= 1);
    CHECK_TRUE(on.store().session(id)->revoked);
    CHECK_FALSE(*on.store().rotate_session(id, 3, in_an_hour));
    CHECK_TRUE(is_ended(*on.store().identity(host.id, token), token));
}

TEST(Maintenance, AHostsUserWhoTurnsUpAfterAllSessionsWereEndedNeedsAYoungerToken) {
    CHECK_TRUE(maintenance.end_sessions().ok());

    const User host = *on.store().create_user({billet::contract::StoreCase::unique("h"),
                                               "H",
                                               {},
                                               "https://host.example",
                                               billet::contract::StoreCase::unique("x"),
                                               Role::kUser});

    const std::string old = host_session_id(random_id(), now() - std::chrono::minutes{1});
    const std::string next = host_session_id(random_id(), now() + std::chrono::minutes{1});
    CHECK_TRUE(is_ended(*on.store().identity(host.id, old), old));
    CHECK_FALSE(is_ended(*on.store().identity(host.id, next), next));
}

TEST(Maintenance, DisabledAccountsAreListedAndCanBeDisabledByThatList) {
    CHECK_TRUE(on.store().set_disabled(ann.id, true).ok());
    const store::DisabledAccount entry{ann.id, ann.username};
    const auto list = *maintenance.disabled_accounts();
    CHECK_TRUE(std::ranges::count(list, entry) == 1);
    CHECK_TRUE(on.store().set_disabled(ann.id, false).ok());
    const std::vector<store::DisabledAccount> wanted{entry, {bob.id, "somebody-else"}, {UserId{kIdMax}, "nobody"}};

    const auto missing = *maintenance.disable_accounts(wanted);

    CHECK_TRUE(on.store().user(ann.id)->disabled);
    CHECK_FALSE(on.store().user(bob.id)->disabled);
    CHECK_TRUE(missing == std::vector<store::DisabledAccount>(wanted.begin() + 1, wanted.end()));
    CHECK_TRUE(on.store().set_disabled(ann.id, false).ok());
}

TEST(Maintenance, PruningTakesSessionsThatAreOverAndNoOthers) {
    const auto make = [&](Time expires_at, bool revoked) {
        const std::string id = billet::contract::StoreCase::unique("s");
        CHECK_TRUE(on.store().create_session({id, ann.id, 1, expires_at, revoked}).ok());
        return id;
    };
    const Time cutoff = now() - std::chrono::hours{24};
    const std::string over = make(cutoff - std::chrono::seconds{1}, false);
    const std::string over_too = make(cutoff - std::chrono::seconds{2}, true);
    const std::string revoked = make(cutoff + std::chrono::seconds{60}, true);
    const std::string standing = make(in_an_hour, false);

    CHECK_TRUE(*maintenance.prune_sessions(cutoff, 1) == 1);
    while (*maintenance.prune_sessions(cutoff, 1) > 0) {
    }

    CHECK_TRUE(on.store().session(over).error().code == Code::kNotFound);
    CHECK_TRUE(on.store().session(over_too).error().code == Code::kNotFound);
    CHECK_TRUE(on.store().session(revoked)->revoked);
    CHECK_FALSE(on.store().session(standing)->revoked);
}

TEST(Maintenance, PruningReadsOnlyTheSessionsThatItDeletes) {
    store::DatabaseConnection connection(MariaDbCase::database());
    auto rows = connection.query_text(
        "EXPLAIN SELECT id FROM sessions WHERE expires_at < '2001-01-01' ORDER BY expires_at LIMIT 500");

    CHECK_TRUE(rows.next());
    STRCMP_EQUAL("expires_at", rows.text(6).c_str());
}

TEST(Maintenance, EveryMessageUnderAnotherKeyIsFoundOnceByPages) {
    on.say_many(room, ann, 7);
    const std::uint16_t other = MariaDbCase::sealer()->current_key_id() == 1 ? 2 : 1;

    std::string found;
    chat::MessagePlace after{room, Seq{}};
    for (bool more = true; more;) {
        const auto page = maintenance.messages_not_under(other, after, 3);
        for (const store::SealedMessage& message : page->messages) {
            if (message.place.room == room) found += std::to_string(message.place.seq.value) + " ";
        }
        more = page->scanned == 3 && page->last.room == room;
        after = page->last;
    }

    STRCMP_EQUAL("1 2 3 4 5 6 7 ", found.c_str());
}

TEST(Maintenance, MessagesUnderTheWantedKeyAreCountedButNotGiven) {
    on.say_many(room, ann, 3);

    const auto page = maintenance.messages_not_under(MariaDbCase::sealer()->current_key_id(), {room, Seq{}}, 3);

    LONGS_EQUAL(3, page->scanned);
    LONGS_EQUAL(0, page->messages.size());
    CHECK_TRUE(page->last.room == room && page->last.seq == Seq{3});
    CHECK_TRUE(*maintenance.message_count() >= 3);
}

TEST(Maintenance, OnlyWhatIsStillUnderTheOldKeyIsReplaced) {
    on.say(room, ann, "the same");
    const store::SealedMessage message = sealed(Seq{1});

    LONGS_EQUAL(0, replace(message, static_cast<std::uint16_t>(message.key_id + 1)));
    CHECK_TRUE(sealed(Seq{1}).bytes == message.bytes);
    LONGS_EQUAL(1, replace(message, message.key_id));

    CHECK_FALSE(sealed(Seq{1}).bytes == message.bytes);
    const auto page = on.store().messages(room, bob.id, {}, 10);
    STRCMP_EQUAL("the same", page->messages.at(0).content.c_str());
}

TEST(Maintenance, PruningTakesOldEventsAndRaisesTheFloorWithThem) {
    on.say_many(room, ann, 4);
    LONGS_EQUAL(5, log_size());

    const auto step = maintenance.prune_events(UserId{bob.id.value - 1}, in_an_hour, 1);

    CHECK_TRUE(step->users == 1 && step->events == 5 && step->last == bob.id);
    const LogHead head = *on.store().head(bob.id);
    CHECK_TRUE(head.floor == Cursor{5} && head.head == Cursor{5} && head.total_unread == 4);
    LONGS_EQUAL(0, log_size());
    LONGS_EQUAL(4, on.store().messages(room, bob.id, {}, 10)->messages.size());
}

TEST(Maintenance, AfterPruningTheLogGoesOnWithItsNextNumber) {
    CHECK_TRUE(maintenance.prune_events(UserId{bob.id.value - 1}, in_an_hour, 1).ok());

    on.say(room, ann, "later");

    const auto page = on.store().events(bob.id, Cursor{1}, 10);
    LONGS_EQUAL(1, page->events.size());
    CHECK_TRUE(page->events.at(0).cursor == Cursor{2});
}

TEST(Maintenance, YoungEventsStay) {
    on.say_many(room, ann, 2);

    const auto step = maintenance.prune_events(UserId{bob.id.value - 1}, now() - std::chrono::hours{1}, 1);

    CHECK_TRUE(step->users == 1 && step->events == 0);
    LONGS_EQUAL(3, log_size());
    CHECK_TRUE(on.store().head(bob.id)->floor == Cursor{});
}

TEST(Maintenance, PruningGoesOnWhereItStopped) {
    CHECK_TRUE(*maintenance.user_count() >= 2);

    const auto first = maintenance.prune_events(UserId{ann.id.value - 1}, Time{}, 1);
    const auto second = maintenance.prune_events(first->last, Time{}, 1);
    const auto third = maintenance.prune_events(second->last, Time{}, 1);

    CHECK_TRUE(first->last == ann.id && second->last == bob.id);
    LONGS_EQUAL(0, third->users);
}
