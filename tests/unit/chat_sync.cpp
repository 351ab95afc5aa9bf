// tests/unit/chat_sync.cpp — The rules of reading the log.
#include <cstdint>

#include "lib/chat/sync.h"

#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

namespace {

// A log that was pruned between the two answers of a page.
class LogPrunedMeanwhile : public EventLog {
public:
    Result<LogHead> head(UserId user) override {
        return LogHead{.user = user, .head = Cursor{9}, .floor = Cursor{0}, .total_unread = 0, .rooms_unread = 0};
    }
    Result<EventPage> events(UserId user, Cursor /*after*/, PageBound /*bound*/) override {
        return EventPage{
            .events = {{user, Cursor{9}, now(), BlockEvent{}}}, .more = false, .log = *head(user), .epoch = *epoch()};
    }
    Result<std::string> epoch() override { return std::string("epoch-1"); }
    Result<std::vector<HeadAnswer>> heads(std::span<const HeadQuestion> /*questions*/) override {
        return std::vector<HeadAnswer>{};
    }
};

}  // namespace

TEST_GROUP(Sync) {
    fakes::World world;

    Result<SyncPage> read(std::uint64_t cursor, std::size_t limit = 500, const char* epoch = "epoch-1") {
        return read_log(world.ports, world.bob, LogPosition{Cursor{cursor}, epoch}, limit);
    }
};

TEST(Sync, WithoutAPositionGivesTheHeadAndNothingElse) {
    world.say(world.alice, "hello");

    auto page = read_log(world.ports, world.bob, std::nullopt, 500);

    CHECK_TRUE(page->events.empty());
    CHECK_EQUAL(2U, page->cursor.value);
    CHECK_FALSE(page->more);
}

TEST(Sync, PagesGiveEveryEventOnce) {
    for (int i = 0; i < 7; ++i) world.say(world.alice, "hello");

    std::uint64_t cursor = 0;
    bool more = true;
    while (more) {
        auto page = read(cursor, 3);
        CHECK_TRUE(page.ok());
        for (const Event& event : page->events) {
            ++cursor;
            CHECK_EQUAL(cursor, event.cursor.value);
        }
        CHECK_EQUAL(cursor, page->cursor.value);
        more = page->more;
    }
    CHECK_EQUAL(8U, cursor);
}

TEST(Sync, RefusesAnotherEpochAFutureAndAPrunedPast) {
    world.say(world.alice, "hello");
    world.store.state.heads[world.bob.user].floor = Cursor{1};

    CHECK_TRUE(read(0, 500, "other").error().reason == "epoch_changed");
    CHECK_TRUE(read(3).error().reason == "ahead");
    CHECK_TRUE(read(0).error().reason == "too_old");
    CHECK_TRUE(read(1).ok());
}

TEST(Sync, RefusesAPastThatIsPrunedWhileItIsRead) {
    LogPrunedMeanwhile log;
    const Ports& all = world.ports;
    Ports ports{all.transactions, all.users,    all.sessions, all.rooms,     all.messages, log,       all.blocks,
                all.health,       all.notifier, all.limiter,  all.passwords, all.tokens,   all.limits};

    const auto pruned = read_log(ports, world.bob, LogPosition{Cursor{3}, "epoch-1"}, 500);

    CHECK_FALSE(pruned.ok());
    CHECK_TRUE(pruned.error().reason == "too_old");
    CHECK_TRUE(read_log(ports, world.bob, LogPosition{Cursor{8}, "epoch-1"}, 500).ok());
}

TEST(Sync, CutsTheLimitToTheLargestPage) {
    world.limits.events_page_max = 2;
    for (int i = 0; i < 5; ++i) world.say(world.alice, "hello");

    LONGS_EQUAL(2, read(0, 1000)->events.size());
}
