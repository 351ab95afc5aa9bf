// tests/unit/chat_write.cpp — Writes that share a transaction: each with an outcome of its own.
#include "lib/chat/write.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "lib/chat/blocks.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/rooms.h"
#include "lib/chat/send_message.h"
#include "tests/fakes/fake_ports.h"

// CppUTest last: it redefines new.
#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

namespace {

std::string told(const MessageWrite& write) {
    const auto& outcome = write.outcome();
    if (!outcome) return std::string(code_name(outcome.error().code));
    return std::to_string(outcome->message.seq.value) + (outcome->duplicate ? " again" : "");
}

}  // namespace

TEST_GROUP(SharedWrites) {
    fakes::World world;
    std::vector<std::unique_ptr<MessageWrite>> sends;

    // As a call with a token sends.
    void send(const Caller& who, RoomId room, const std::string& name, const std::string& content) {
        auto write = MessageWrite::checked(world.limits, {.user = who.user, .session_id = who.session_id},
                                           {.room = room, .client_msg_id = name, .content = content});
        CHECK_TRUE(write.ok());
        sends.push_back(std::make_unique<MessageWrite>(std::move(write).value()));
    }
    std::vector<Write*> all() const {
        std::vector<Write*> writes;
        for (const auto& write : sends) writes.push_back(write.get());
        return writes;
    }
    std::string outcomes() const {
        std::string text;
        for (const auto& write : sends) text += (text.empty() ? "" : ", ") + told(*write);
        return text;
    }
    std::vector<Write*> write(Patience patience = Patience::kBrief) {
        return write_together(world.store, all(), patience);
    }
};

TEST(SharedWrites, EveryKindOfRefusalStandsBesideWhatIsStored) {
    world.say(world.alice, "first");
    const Caller carol = world.caller("carol");
    const Caller dave = world.caller("dave");
    const Caller gone = world.caller("gone");
    const RoomId with_carol = open_room(world.ports, world.alice, carol.user)->room.id;
    const RoomId with_dave = open_room(world.ports, world.alice, dave.user)->room.id;
    const RoomId with_gone = open_room(world.ports, world.alice, gone.user)->room.id;
    CHECK_TRUE(set_block(world.ports, carol, world.alice.user, true).ok());
    CHECK_TRUE(world.store.revoke_session(dave.session_id, dave.user, now()).ok());
    CHECK_TRUE(world.store.set_disabled(gone.user, true).ok());
    Caller forged = world.bob;
    forged.session_id = "never-issued";

    send(world.alice, world.room, "a", "two");
    send(world.eve, world.room, "a", "not mine");
    send(world.alice, RoomId{kIdMax}, "a", "nowhere");
    send(world.alice, world.room, "a", "two");
    send(world.alice, world.room, "a", "other content");
    send(world.alice, with_carol, "a", "to who blocks me");
    send(world.alice, with_gone, "a", "to who is disabled");
    send(gone, with_gone, "a", "disabled myself");
    send(dave, with_dave, "a", "signed out");
    send(forged, world.room, "a", "no such session");
    send(world.bob, world.room, "a", "three");
    CHECK_TRUE(write().empty());

    STRCMP_EQUAL(
        "2, not_found, not_found, 2 again, idempotency_conflict, cannot_message, cannot_message, "
        "account_disabled, unauthenticated, unauthenticated, 3",
        outcomes().c_str());
    LONGS_EQUAL(3, world.store.state.messages[world.room].size());
    LONGS_EQUAL(0, world.store.state.messages[with_dave].size());
    for (const auto& each : sends)
        LONGS_EQUAL(each->outcome() && !each->outcome()->duplicate ? 2 : 0, each->events().size());
}

TEST(SharedWrites, AMarkCountsTheMessagesThatCameBeforeItInTheSameTransaction) {
    send(world.alice, world.room, "a", "one");
    send(world.alice, world.room, "b", "two");
    ReadWrite read({.user = world.bob.user}, world.room, Seq{1});
    ReadWrite rest({.user = world.bob.user}, world.room, std::nullopt);
    std::vector<Write*> writes = all();
    writes.push_back(&read);
    writes.push_back(&rest);

    CHECK_TRUE(write_together(world.store, writes, Patience::kBrief).empty());

    CHECK_TRUE(read.outcome()->seq == Seq{1} && read.outcome()->unread_count == 1);
    CHECK_TRUE(rest.outcome()->seq == Seq{2} && rest.outcome()->total_unread == 0);
}

TEST(SharedWrites, ABusyRoomIsGivenBackAndTheOthersAreStored) {
    const RoomId other = open_room(world.ports, world.alice, world.eve.user)->room.id;
    world.store.held_rooms = {world.room};
    send(world.alice, world.room, "a", "waits");
    send(world.alice, other, "a", "goes");

    const std::vector<Write*> busy = write();

    LONGS_EQUAL(1, busy.size());
    POINTERS_EQUAL(sends[0].get(), busy[0]);
    STRCMP_EQUAL("1", told(*sends[1]).c_str());
    LONGS_EQUAL(0, world.store.state.messages[world.room].size());
}

TEST(SharedWrites, WhenTheTransactionFailsEachHasOneOfItsOwn) {
    world.store.failing_transactions = 2;
    for (const char* name : {"a", "b", "c"}) send(world.alice, world.room, name, name);

    CHECK_TRUE(write().empty());

    STRCMP_EQUAL("unavailable, 1, 2", outcomes().c_str());
    LONGS_EQUAL(2, world.store.state.messages[world.room].size());
}

TEST(SharedWrites, AfterACommitOfUnknownOutcomeEachIsItsOwnAndToldOnce) {
    world.store.lost_commits = 1;
    for (const char* name : {"a", "b"}) send(world.alice, world.room, name, name);

    CHECK_TRUE(write().empty());
    conclude(world.ports, all());

    STRCMP_EQUAL("1, 2", outcomes().c_str());
    LONGS_EQUAL(2, world.store.state.messages[world.room].size());
    LONGS_EQUAL(4, world.notifier.announced.size());
}

TEST(SharedWrites, WhatARunHadInMindIsNotToldWhenTheNextRefuses) {
    send(world.alice, world.room, "a", "in vain");
    world.store.undone_commits = 1;
    world.store.meanwhile = [this](fakes::FakeState& state) { state.users[world.bob.user].user.disabled = true; };

    CHECK_TRUE(write().empty());
    conclude(world.ports, all());

    STRCMP_EQUAL("cannot_message", outcomes().c_str());
    LONGS_EQUAL(0, world.notifier.announced.size());
}

TEST(SharedWrites, ATokenIsTakenForEachAndGivenBackForWhatWasKnown) {
    world.limits.sends_burst = 3;
    for (const char* name : {"a", "a", "b", "c", "a"}) send(world.alice, world.room, name, name);

    const std::vector<Write*> allowed = take_tokens(world.ports, all());
    CHECK_TRUE(write_together(world.store, allowed, Patience::kBrief).empty());
    conclude(world.ports, allowed);

    LONGS_EQUAL(3, allowed.size());
    STRCMP_EQUAL("1, 1 again, 2, rate_limited, rate_limited", outcomes().c_str());
    CHECK_EQUAL(2U, world.limiter.count("sends:" + std::to_string(world.alice.user.value)));
}

TEST(SharedWrites, WhoIsRefusedByTokenAndLimitHearsOfTheToken) {
    world.limits.sends_burst = 0;
    CHECK_TRUE(world.store.set_disabled(world.alice.user, true).ok());
    send(world.alice, world.room, "a", "x");

    CHECK_TRUE(take_tokens(world.ports, all()).empty());

    STRCMP_EQUAL("account_disabled", outcomes().c_str());
}
