// tests/contract/store_maintenance.cpp — What the operator's tool does to the database: epoch, resealing, pruning.
#include "lib/store/maintenance.h"

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

TEST(Maintenance, EveryMessageUnderAnotherKeyIsFoundOnceByPages) {
    on.say_many(room, ann, 7);
    const std::uint16_t other = MariaDbCase::sealer()->current_key_id() == 1 ? 2 : 1;

    std::string found;
    store::MessagePlace after{room, Seq{}};
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
