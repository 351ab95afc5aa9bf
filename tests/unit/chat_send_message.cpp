// tests/unit/chat_send_message.cpp — The rules of sending.
#include "lib/chat/send_message.h"

#include "lib/chat/blocks.h"
#include "lib/chat/mark_read.h"
#include "tests/fakes/fake_ports.h"

// CppUTest last: it redefines new.
#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

TEST_GROUP(SendMessage) {
    fakes::World world;
    SendMessage hello{.room = world.room, .client_msg_id = "c-1", .content = "hello"};
};

TEST(SendMessage, StoresTheMessageAsTheNextOfItsRoom) {
    world.say(world.bob, "first");

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent.ok());
    CHECK_EQUAL(2U, sent->message.seq.value);
    CHECK_FALSE(sent->duplicate);
    CHECK_TRUE(world.store.message(sent->message.id, world.bob.user)->content == "hello");
}

TEST(SendMessage, TellsBothMembersAndCountsForThePeerOnly) {
    auto sent = send_message(world.ports, world.alice, hello);

    LONGS_EQUAL(2, world.notifier.announced.size());
    const auto& own = std::get<MessageEvent>(world.notifier.announced[0].payload);
    const auto& peers = std::get<MessageEvent>(world.notifier.announced[1].payload);
    CHECK_EQUAL(0U, own.unread_count);
    CHECK_EQUAL(1U, peers.unread_count);
    CHECK_EQUAL(1U, peers.total_unread);
    CHECK_TRUE(sent->cursor == world.notifier.announced[0].cursor);
    CHECK_EQUAL(1U, world.store.head(world.bob.user)->rooms_unread);
}

TEST(SendMessage, ARetryGivesTheStoredMessageOnceAndCostsNoToken) {
    const auto first = send_message(world.ports, world.alice, hello);

    auto again = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(again->duplicate);
    CHECK_TRUE(again->message == first->message);
    LONGS_EQUAL(1, world.store.state.messages[world.room].size());
    LONGS_EQUAL(2, world.notifier.announced.size());
    CHECK_EQUAL(1U, world.limiter.count("sends:" + std::to_string(world.alice.user.value)));
}

TEST(SendMessage, ARetryIsAnsweredWithAnEmptyBucketAndAcrossABlock) {
    const auto first = send_message(world.ports, world.alice, hello);
    world.limits.sends_burst = 0;
    CHECK_TRUE(set_block(world.ports, world.bob, world.alice.user, true).ok());

    auto again = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(again.ok() && again->duplicate);
    CHECK_TRUE(again->message.id == first->message.id);
}

TEST(SendMessage, AnIdUsedForOtherContentIsAConflict) {
    CHECK_TRUE(send_message(world.ports, world.alice, hello).ok());
    hello.content = "something else";

    auto again = send_message(world.ports, world.alice, hello);

    CHECK_FALSE(again.ok());
    CHECK_TRUE(again.error().code == Code::kIdempotencyConflict);
}

TEST(SendMessage, TheSameIdOfTheOtherMemberIsAnotherMessage) {
    CHECK_TRUE(send_message(world.ports, world.alice, hello).ok());

    auto bobs = send_message(world.ports, world.bob, hello);

    CHECK_TRUE(bobs.ok());
    CHECK_FALSE(bobs->duplicate);
}

TEST(SendMessage, ABlockedSenderLeavesNoTrace) {
    CHECK_TRUE(set_block(world.ports, world.bob, world.alice.user, true).ok());
    world.notifier.announced.clear();

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent.error().code == Code::kCannotMessage);
    LONGS_EQUAL(0, world.store.state.messages[world.room].size());
    LONGS_EQUAL(0, world.notifier.announced.size());
}

TEST(SendMessage, TheBlockerIsRefusedInTheSameWords) {
    CHECK_TRUE(set_block(world.ports, world.alice, world.bob.user, true).ok());

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent.error().code == Code::kCannotMessage);
}

TEST(SendMessage, ADisabledPeerIsRefusedLikeABlock) {
    CHECK_TRUE(world.store.set_disabled(world.bob.user, true).ok());

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent.error().code == Code::kCannotMessage);
}

TEST(SendMessage, AStrangerSeesNoRoom) {
    auto sent = send_message(world.ports, world.eve, hello);

    CHECK_TRUE(sent.error().code == Code::kNotFound);
}

TEST(SendMessage, AnEmptyBucketRefusesANewMessage) {
    world.limits.sends_burst = 1;
    world.say(world.alice, "one");

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent.error().code == Code::kRateLimited);
    CHECK_TRUE(sent.error().retry_after.count() >= 1);
}

TEST(SendMessage, ACommitWithUnknownOutcomeStoresOnceAndStillAnnounces) {
    world.store.lost_commits = 1;

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent.ok());
    CHECK_FALSE(sent->duplicate);
    CHECK_EQUAL(world.notifier.announced[0].cursor.value, sent->cursor.value);
    LONGS_EQUAL(1, world.store.state.messages[world.room].size());
    LONGS_EQUAL(2, world.notifier.announced.size());
}

TEST(SendMessage, BadContentIsRefusedByName) {
    const std::string blank_forms[] = {"",
                                       " ",
                                       "\n\t ",
                                       "\xE2\x80\x83",
                                       std::string("a\0b", 3),
                                       std::string(16001, 'x'),
                                       "\xFF",
                                       std::string(4001, 'x')};
    for (const std::string& content : blank_forms) {
        hello.content = content;

        auto sent = send_message(world.ports, world.alice, hello);

        CHECK_FALSE(sent.ok());
        CHECK_TRUE(sent.error().code == Code::kInvalidArgument);
        CHECK_TRUE(sent.error().fields.at(0).field == "content");
    }
}

TEST(SendMessage, BadIdsAreRefusedByName) {
    for (const std::string& id : {std::string(), std::string("with blank"), std::string(65, 'a'),
                                  std::string("\xC3\xA4"), std::string("a\n")}) {
        hello.client_msg_id = id;

        auto sent = send_message(world.ports, world.alice, hello);

        CHECK_FALSE(sent.ok());
        CHECK_TRUE(sent.error().fields.at(0).field == "client_msg_id");
    }
}

TEST(SendMessage, TimeNeverGoesBackInsideARoom) {
    const Message first = world.say(world.bob, "from a clock that is ahead");
    const Time ahead = first.created_at + std::chrono::hours{1};
    world.store.state.rooms[world.room].last_message_at = ahead;

    auto sent = send_message(world.ports, world.alice, hello);

    CHECK_TRUE(sent->message.created_at == ahead);
}
