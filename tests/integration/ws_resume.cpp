// tests/integration/ws_resume.cpp — Coming back: what was missed arrives first and once, or the
// client is told to start anew; over several processes too.
#include <cstdint>

#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/own_daemon.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(WsResume) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);

    std::string room_path() {
        return "/chat/rooms/" + std::to_string(room);
    }
    void say(const Person& from, const std::string& content) {
        LONGS_EQUAL(
            201,
            http.post(room_path() + "/messages", from.token, R"({"content":)" + json_string(content) + "}").status);
    }
    std::string epoch() {
        return http.get("/chat/sync", anna.token).text("epoch");
    }
    std::string reason_of(const LiveFrame& frame) {
        STRCMP_EQUAL("resync_required", frame.type.c_str());
        STRCMP_EQUAL("hello", frame.id.c_str());
        CHECK_FALSE(frame.has_cursor());
        return text_of(frame.payload, "reason");
    }
    WebSocket::Options on_process(int number) {
        return {.headers = "X-Forwarded-For: 127.0.0.1\r\n",
                .unix_path = stack().run_dir + "/sock/wsd-" + std::to_string(number) + ".sock"};
    }
};

TEST(WsResume, WhatWasMissedComesFirstAndOnce) {
    LiveClient client = live(anna);
    say(ben, "before");
    client.next();
    const std::uint64_t place = client.cursor();
    client.socket().drop();
    say(ben, "one");
    say(anna, "two, from elsewhere");
    http.put(room_path() + "/read", anna.token, "{}");
    http.put(room_path() + "/read", ben.token, R"({"seq":3})");
    http.put("/chat/blocks/" + std::to_string(ben.id), anna.token);
    http.del("/chat/blocks/" + std::to_string(ben.id), anna.token);

    LiveClient back;
    const LiveFrame welcome = back.hello(anna.token, place, client.epoch());
    say(ben, "live again");

    STRCMP_EQUAL("welcome", welcome.type.c_str());
    CHECK_TRUE(member_of(welcome.payload, "resumed").boolean);
    LONGS_EQUAL(place + 6, number_of(welcome.payload, "cursor"));
    const char* expected[] = {"chat_message",  "chat_message",  "message_read", "message_read",
                              "block_updated", "block_updated", "chat_message"};
    for (const char* type : expected) STRCMP_EQUAL(type, back.next().type.c_str());
    LONGS_EQUAL(place + 7, back.cursor());
    LONGS_EQUAL(0, back.gaps());
    CHECK_TRUE(back.is_quiet_for(300));
}

TEST(WsResume, NothingMissedIsAResumeWithoutFrames) {
    LiveClient client = live(anna);
    client.socket().drop();

    LiveClient back;
    const LiveFrame welcome = back.hello(anna.token, client.cursor(), client.epoch());

    CHECK_TRUE(member_of(welcome.payload, "resumed").boolean);
    CHECK_TRUE(back.is_quiet_for(300));
}

TEST(WsResume, ALongAbsenceComesInPagesBeforeAnythingLive) {
    for (int i = 1; i <= 450; ++i) say(i % 2 == 0 ? anna : ben, "m" + std::to_string(i));

    LiveClient back;
    const LiveFrame welcome = back.hello(anna.token, 0, epoch());
    for (int i = 451; i <= 460; ++i) say(ben, "m" + std::to_string(i));

    CHECK_TRUE(member_of(welcome.payload, "resumed").boolean);
    STRCMP_EQUAL("room_created", back.next().type.c_str());
    for (std::uint64_t i = 1; i <= 460; ++i) {
        const LiveFrame frame = back.next();
        LONGS_EQUAL(i + 1, frame.cursor);
        STRCMP_EQUAL(("m" + std::to_string(i)).c_str(),
                     text_of(member_of(frame.payload, "message"), "content").c_str());
    }
    CHECK_TRUE(back.is_quiet_for(300));
}

TEST(WsResume, ACommandIsAnsweredWhileALongResumeIsOnItsWay) {
    for (int i = 1; i <= 250; ++i) say(ben, "m");

    LiveClient back;
    back.hello(anna.token, 0, epoch());
    back.send("chat_message", send_payload(room, "mine"), "1");

    LiveFrame ack;
    for (int i = 0; i < 252; ++i) {
        const LiveFrame frame = back.next();
        if (frame.type == "ack") ack = frame;
    }
    STRCMP_EQUAL("1", ack.id.c_str());
    LONGS_EQUAL(252, ack.cursor);
    LONGS_EQUAL(252, back.cursor());
    LONGS_EQUAL(0, back.gaps());
}

TEST(WsResume, APositionThatCannotBeContinuedMeansStartingAnew) {
    LiveClient ahead;
    STRCMP_EQUAL("ahead", reason_of(ahead.hello(anna.token, 99, epoch())).c_str());
    LiveClient foreign;
    STRCMP_EQUAL("epoch_changed", reason_of(foreign.hello(anna.token, 1, "another-epoch")).c_str());
}

TEST(WsResume, AfterResyncRequiredNoEventComesUntilTheNextHello) {
    LiveClient client;
    reason_of(client.hello(anna.token, 99, epoch()));
    say(ben, "unheard");
    CHECK_TRUE(client.is_quiet_for(500));
    client.send("chat_message", send_payload(room, "too early"), "1");
    const LiveFrame refused = client.next();

    const LiveFrame welcome = client.hello(anna.token);
    say(ben, "heard");

    STRCMP_EQUAL("error", refused.type.c_str());
    STRCMP_EQUAL("resync_required", text_of(refused.payload, "code").c_str());
    STRCMP_EQUAL("welcome", welcome.type.c_str());
    LONGS_EQUAL(2, number_of(welcome.payload, "cursor"));
    const LiveFrame event = client.next();
    LONGS_EQUAL(3, event.cursor);
    STRCMP_EQUAL("heard", text_of(member_of(event.payload, "message"), "content").c_str());
}

TEST(WsResume, APlaceBelowTheKeptLogIsTooOld) {
    for (int i = 0; i < 3; ++i) say(ben, "m");
    // As the pruning of old events leaves it.
    const std::string sql = "UPDATE user_log SET floor_cursor = 2 WHERE user_id = " + std::to_string(anna.id) +
                            "; DELETE FROM user_events WHERE `cursor` <= 2 AND user_id = " + std::to_string(anna.id);
    LONGS_EQUAL(0, tests::run({"mariadb", "--no-defaults", "--socket=" + stack().run_dir + "/sock/mariadb.sock",
                               "billet", "-e", sql})
                       .exit_code);

    LiveClient old;
    STRCMP_EQUAL("too_old", reason_of(old.hello(anna.token, 1, epoch())).c_str());
    LiveClient edge;
    STRCMP_EQUAL("welcome", edge.hello(anna.token, 2, epoch()).type.c_str());
    LONGS_EQUAL(3, edge.next().cursor);
}

TEST(WsResume, TheSocketsOfAUserMayLiveInSeveralProcesses) {
    LiveClient one = live(anna, on_process(1));
    LiveClient two = live(anna, on_process(2));
    LiveClient bens = live(ben, on_process(2));

    two.send("chat_message", send_payload(room, "from the second"), "1");
    const LiveFrame ack = two.next();
    const LiveFrame echo = one.next();
    bens.next();
    one.send("chat_message", send_payload(room, "from the first"), "1");

    STRCMP_EQUAL("ack", ack.type.c_str());
    STRCMP_EQUAL("chat_message", echo.type.c_str());
    LONGS_EQUAL(ack.cursor, echo.cursor);
    STRCMP_EQUAL("ack", one.next().type.c_str());
    STRCMP_EQUAL("chat_message", two.next().type.c_str());
    STRCMP_EQUAL("chat_message", bens.next().type.c_str());
}

TEST(WsResume, AResumeFindsItsPlaceInAnotherProcess) {
    LiveClient one = live(anna, on_process(1));
    say(ben, "m1");
    one.next();
    one.socket().drop();
    say(ben, "m2");

    LiveClient two(on_process(2));
    const LiveFrame welcome = two.hello(anna.token, one.cursor(), one.epoch());

    CHECK_TRUE(member_of(welcome.payload, "resumed").boolean);
    LONGS_EQUAL(3, two.next().cursor);
}

TEST(WsResume, AProcessThatStopsSaysSoAndTheClientResumesElsewhere) {
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__DRAIN_S=1"});
    LiveClient client = live(anna, {.unix_path = daemon.socket_path()});
    LiveClient silent({.unix_path = daemon.socket_path()});
    daemon.signal(SIGTERM);

    LONGS_EQUAL(1012, client.close_code());
    LONGS_EQUAL(1012, silent.close_code());
    LONGS_EQUAL(0, daemon.wait_for_end(10000));
    say(ben, "meanwhile");
    LiveClient back;
    back.hello(anna.token, client.cursor(), client.epoch());
    STRCMP_EQUAL("chat_message", back.next().type.c_str());
    LONGS_EQUAL(0, back.gaps());
}

TEST(WsResume, AKilledProcessLosesNothing) {
    OwnDaemon daemon("billet-wsd", {});
    LiveClient client = live(anna, {.unix_path = daemon.socket_path()});
    daemon.signal(SIGKILL);
    LONGS_EQUAL(1006, client.close_code());
    say(ben, "meanwhile");

    LiveClient back;
    back.hello(anna.token, client.cursor(), client.epoch());

    STRCMP_EQUAL("chat_message", back.next().type.c_str());
    LONGS_EQUAL(0, back.gaps());
}
