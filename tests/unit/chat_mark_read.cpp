// tests/unit/chat_mark_read.cpp — The rules of read marks.
#include <cstdint>

#include "lib/chat/mark_read.h"

#include "lib/chat/sync.h"
#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

TEST_GROUP(MarkRead) {
    // Up to one message.
    Result<ReadMark> mark_message(const Caller& who, MessageId id) {
        const auto target = target_of(world.ports, who, id);
        if (!target) return target.error();
        return mark_room_read(world.ports, who, target->room, target->seq);
    }

    fakes::World world;

    void fill() {
        for (int i = 0; i < 4; ++i) world.say(world.alice, "message");
        world.notifier.announced.clear();
    }
};

TEST(MarkRead, MovesTheMarkAndLeavesWhatIsBeyondUnread) {
    fill();

    auto mark = mark_room_read(world.ports, world.bob, world.room, Seq{3});

    CHECK_TRUE(mark.ok() && mark->moved);
    CHECK_EQUAL(3U, mark->seq.value);
    CHECK_EQUAL(1U, mark->unread_count);
    CHECK_EQUAL(1U, get_unread(world.ports, world.bob)->total_unread);
    CHECK_EQUAL(1U, get_unread(world.ports, world.bob)->rooms_unread);
}

TEST(MarkRead, TellsBothMembersTheirOwnCounts) {
    fill();
    world.say(world.bob, "an answer");
    world.notifier.announced.clear();

    CHECK_TRUE(mark_room_read(world.ports, world.bob, world.room, std::nullopt).ok());

    LONGS_EQUAL(2, world.notifier.announced.size());
    const auto& alices = std::get<ReadEvent>(world.notifier.announced[0].payload);
    const auto& bobs = std::get<ReadEvent>(world.notifier.announced[1].payload);
    CHECK_EQUAL(1U, alices.unread_count);
    CHECK_EQUAL(0U, bobs.unread_count);
    CHECK_TRUE(alices.reader == world.bob.user);
    CHECK_EQUAL(5U, alices.seq.value);
}

TEST(MarkRead, NeverGoesBackAndSaysNothingThen) {
    fill();
    CHECK_TRUE(mark_room_read(world.ports, world.bob, world.room, Seq{3}).ok());
    world.notifier.announced.clear();

    for (const std::uint64_t seq : {0U, 1U, 3U}) {
        auto mark = mark_room_read(world.ports, world.bob, world.room, Seq{seq});

        CHECK_FALSE(mark->moved);
        CHECK_EQUAL(3U, mark->seq.value);
        CHECK_EQUAL(1U, mark->unread_count);
    }
    LONGS_EQUAL(0, world.notifier.announced.size());
}

TEST(MarkRead, BeyondTheNewestIsTheNewest) {
    fill();

    auto mark = mark_room_read(world.ports, world.bob, world.room, Seq{1000});

    CHECK_EQUAL(4U, mark->seq.value);
    CHECK_EQUAL(0U, mark->total_unread);
    CHECK_EQUAL(0U, get_unread(world.ports, world.bob)->rooms_unread);
}

TEST(MarkRead, OnesOwnMessageIsANoOp) {
    const Message message = world.say(world.alice, "mine");
    world.notifier.announced.clear();

    auto mark = mark_message(world.alice, message.id);

    CHECK_TRUE(mark.ok());
    CHECK_FALSE(mark->moved);
    LONGS_EQUAL(0, world.notifier.announced.size());
}

TEST(MarkRead, AMessageMarksEverythingUpToIt) {
    fill();
    const MessageId second = world.store.state.messages[world.room][1].id;

    auto mark = mark_message(world.bob, second);

    CHECK_EQUAL(2U, mark->seq.value);
    CHECK_EQUAL(2U, mark->unread_count);
}

TEST(MarkRead, SendingDoesNotMoveOnesOwnMark) {
    fill();

    world.say(world.bob, "unread before, unread after");

    CHECK_EQUAL(4U, get_unread(world.ports, world.bob)->total_unread);
}

TEST(MarkRead, AStrangerSeesNeitherRoomNorMessage) {
    const Message message = world.say(world.alice, "private");

    CHECK_TRUE(mark_room_read(world.ports, world.eve, world.room, std::nullopt).error().code == Code::kNotFound);
    CHECK_TRUE(mark_message(world.eve, message.id).error().code == Code::kNotFound);
}

TEST(MarkRead, AnUnknownCommitOutcomeCountsOnce) {
    fill();
    world.store.lost_commits = 1;

    auto mark = mark_room_read(world.ports, world.bob, world.room, Seq{2});

    CHECK_EQUAL(2U, mark->unread_count);
    // The room, 4 messages and the read, once.
    LONGS_EQUAL(6, world.store.state.events[world.bob.user].size());
}
