// tests/unit/chat_rooms.cpp — Opening rooms, blocks, typing.
#include "lib/chat/rooms.h"

#include "lib/chat/blocks.h"
#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

TEST_GROUP(Rooms) {
    fakes::World world;
};

TEST(Rooms, OpeningFromEitherSideGivesTheOneRoom) {
    auto again = open_room(world.ports, world.bob, world.alice.user);

    CHECK_TRUE(again.ok());
    CHECK_FALSE(again->created);
    CHECK_TRUE(again->room.id == world.room);
    CHECK_TRUE(again->room.peer.id == world.alice.user);
    CHECK_EQUAL(0U, world.limiter.count("rooms:" + std::to_string(world.bob.user.value)));
}

TEST(Rooms, ANewRoomIsTheEventOfBothAsEachSeesIt) {
    auto made = open_room(world.ports, world.eve, world.alice.user);

    CHECK_TRUE(made->created);
    LONGS_EQUAL(2, world.notifier.announced.size());
    for (const Event& event : world.notifier.announced) {
        const Room& room = std::get<RoomCreatedEvent>(event.payload).room;
        CHECK_TRUE(room.user1 < room.user2);
        CHECK_FALSE(room.peer.id == event.recipient);
        CHECK_TRUE(room.id == made->room.id);
    }
}

TEST(Rooms, WithOneselfOrWithNobodyIsRefused) {
    CHECK_TRUE(open_room(world.ports, world.alice, world.alice.user).error().code == Code::kInvalidArgument);
    CHECK_TRUE(open_room(world.ports, world.alice, UserId{999}).error().code == Code::kNotFound);
}

TEST(Rooms, ANewOneAcrossABlockIsRefusedEitherWayAnOldOneIsGiven) {
    CHECK_TRUE(set_block(world.ports, world.alice, world.eve.user, true).ok());
    CHECK_TRUE(set_block(world.ports, world.alice, world.bob.user, true).ok());

    CHECK_TRUE(open_room(world.ports, world.eve, world.alice.user).error().code == Code::kCannotMessage);
    CHECK_TRUE(open_room(world.ports, world.alice, world.eve.user).error().code == Code::kCannotMessage);
    CHECK_TRUE(open_room(world.ports, world.bob, world.alice.user).ok());
}

TEST(Rooms, ANewOneWithADisabledUserIsRefused) {
    CHECK_TRUE(world.store.set_disabled(world.eve.user, true).ok());

    CHECK_TRUE(open_room(world.ports, world.alice, world.eve.user).error().code == Code::kCannotMessage);
}

TEST(Rooms, NewOnesAreLimited) {
    world.limits.rooms_burst = 1;
    const Caller dora = world.caller("dora");

    CHECK_TRUE(open_room(world.ports, world.eve, world.alice.user).ok());
    CHECK_TRUE(open_room(world.ports, world.eve, dora.user).error().code == Code::kRateLimited);
    CHECK_TRUE(open_room(world.ports, world.eve, world.alice.user).ok());
}

TEST(Rooms, AnUnknownCommitOutcomeMakesOneRoomAndOnePairOfEvents) {
    world.store.lost_commits = 1;

    auto made = open_room(world.ports, world.eve, world.alice.user);

    CHECK_TRUE(made->created);
    LONGS_EQUAL(2, world.notifier.announced.size());
    LONGS_EQUAL(2, world.store.state.rooms.size());
}

TEST(Rooms, ABlockIsAnEventOfTheBlockerOnlyAndOnlyWhenItChanges) {
    CHECK_TRUE(set_block(world.ports, world.alice, world.bob.user, true).ok());
    CHECK_TRUE(set_block(world.ports, world.alice, world.bob.user, true).ok());

    LONGS_EQUAL(1, world.notifier.announced.size());
    CHECK_TRUE(world.notifier.announced[0].recipient == world.alice.user);
    CHECK_TRUE(get_room(world.ports, world.alice, world.room)->blocked_by_me);
    CHECK_FALSE(get_room(world.ports, world.bob, world.room)->blocked_by_me);
}

TEST(Rooms, BlockingOneselfOrNobodyIsRefused) {
    CHECK_TRUE(set_block(world.ports, world.alice, world.alice.user, true).error().code == Code::kInvalidArgument);
    CHECK_TRUE(set_block(world.ports, world.alice, UserId{999}, true).error().code == Code::kNotFound);
}

TEST(Rooms, TypingReachesThePeerOnceAnInterval) {
    CHECK_TRUE(announce_typing(world.ports, world.alice, world.room).ok());
    CHECK_TRUE(announce_typing(world.ports, world.alice, world.room).ok());

    LONGS_EQUAL(1, world.notifier.typings.size());
    CHECK_TRUE(world.notifier.typings[0].first == world.bob.user);
}

TEST(Rooms, TypingAcrossABlockGoesNowhereSilently) {
    CHECK_TRUE(set_block(world.ports, world.bob, world.alice.user, true).ok());

    CHECK_TRUE(announce_typing(world.ports, world.alice, world.room).ok());

    LONGS_EQUAL(0, world.notifier.typings.size());
}

TEST(Rooms, TypingOfAStrangerSeesNoRoom) {
    CHECK_TRUE(announce_typing(world.ports, world.eve, world.room).error().code == Code::kNotFound);
}
