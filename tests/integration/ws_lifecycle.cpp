// tests/integration/ws_lifecycle.cpp — What ends a connection, with which code, and what keeps it:
// tokens, sessions, accounts, pings, limits.
#include <cstdint>

#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/own_daemon.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

// "Within a second", on a machine that does other things as well.
constexpr int kAtOnceMs = 3000;

std::string token_for(const Person& person, int ttl_s) {
    const Finished issued = billetctl({"token", "issue", "--user", person.name, "--ttl", std::to_string(ttl_s)});
    return issued.out.substr(0, issued.out.find('\n'));
}

}  // namespace

TEST_GROUP(WsLifecycle) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);

    std::string session_of(LiveClient & client, const std::string& token) {
        return text_of(client.hello(token).payload, "session_id");
    }
    WebSocket::Options at(const OwnDaemon& daemon) {
        return {.unix_path = daemon.socket_path()};
    }
    void expect_error(const LiveFrame& frame, const char* code) {
        STRCMP_EQUAL("error", frame.type.c_str());
        STRCMP_EQUAL(code, text_of(frame.payload, "code").c_str());
    }
    int code_after_hello(const std::string& token) {
        LiveClient client;
        const LiveFrame answer = client.hello(token);
        STRCMP_EQUAL("error", answer.type.c_str());
        STRCMP_EQUAL("hello", answer.id.c_str());
        return client.close_code();
    }
};

// --- Tokens --------------------------------------------------------------------------------------

TEST(WsLifecycle, ATokenThatRunsOutIsAnnouncedAndEndsTheConnection) {
    LiveClient client;
    client.hello(token_for(anna, 3));

    const LiveFrame warning = client.next();
    const int code = client.close_code();

    STRCMP_EQUAL("token_expiring", warning.type.c_str());
    CHECK_FALSE(warning.has_cursor());
    CHECK_COMPARE(number_of(warning.payload, "expires_in"), <=, 3);
    LONGS_EQUAL(4401, code);
}

TEST(WsLifecycle, ARefreshInTimeKeepsTheConnection) {
    LiveClient client;
    client.hello(token_for(anna, 4));
    STRCMP_EQUAL("token_expiring", client.next().type.c_str());

    client.send("refresh", R"({"token":)" + json_string(token_for(anna, 900)) + "}", "9");
    const LiveFrame ack = client.next();

    STRCMP_EQUAL("ack", ack.type.c_str());
    STRCMP_EQUAL("9", ack.id.c_str());
    CHECK_FALSE(ack.has_cursor());
    CHECK_COMPARE(number_of(ack.payload, "token_ttl"), >, 800);
    CHECK_TRUE(client.is_quiet_for(4500));
    client.send("chat_message", send_payload(room, "with the new token"), "1");
    STRCMP_EQUAL("ack", client.next().type.c_str());
}

TEST(WsLifecycle, ARefusedRefreshChangesNothing) {
    LiveClient client = live(anna);

    for (const std::string& token :
         {std::string("garbage"), std::string("with blank"), ben.token, token_for(ben, 900)}) {
        client.send("refresh", R"({"token":)" + json_string(token) + "}", "9");
        const LiveFrame refused = client.next();
        expect_error(refused, "unauthenticated");
        STRCMP_EQUAL("9", refused.id.c_str());
    }

    client.send("chat_message", send_payload(room, "with the old token"), "1");
    STRCMP_EQUAL("ack", client.next().type.c_str());
}

TEST(WsLifecycle, TokensThatCannotBeUsedAreRefusedByKind) {
    const std::string expired = token_for(anna, 1);
    std::string forged = anna.token;
    forged[forged.size() - 8] = forged[forged.size() - 8] == 'A' ? 'B' : 'A';
    sleep_ms(2100);

    LONGS_EQUAL(4401, code_after_hello(expired));
    LONGS_EQUAL(4501, code_after_hello(forged));
    LONGS_EQUAL(4501, code_after_hello("garbage"));
    LONGS_EQUAL(4501, code_after_hello(""));
    LONGS_EQUAL(4501, code_after_hello("with blank"));
    LONGS_EQUAL(4501, code_after_hello(std::string(20000, 'x')));
}

// --- Sessions and accounts -----------------------------------------------------------------------

TEST(WsLifecycle, ALogoutEndsItsSessionsSocketsOnly) {
    LiveClient hers = live(anna);
    LiveClient also_hers = live(anna);
    LiveClient other;
    other.hello(token_for(anna, 900));

    LONGS_EQUAL(204, http.post("/auth/logout", anna.token, "").status);

    LONGS_EQUAL(4401, hers.close_code(kAtOnceMs));
    LONGS_EQUAL(4401, also_hers.close_code(kAtOnceMs));
    CHECK_TRUE(other.is_quiet_for(300));
    LONGS_EQUAL(4401, code_after_hello(anna.token));
}

TEST(WsLifecycle, ARevokedSessionIsToldAndEnds) {
    LiveClient client;
    const std::string session = session_of(client, anna.token);

    LONGS_EQUAL(0, billetctl({"session", "revoke", session}).exit_code);
    const LiveFrame told = client.next(kAtOnceMs);

    STRCMP_EQUAL("session_revoked", told.type.c_str());
    CHECK_FALSE(told.has_cursor());
    LONGS_EQUAL(4401, client.close_code(kAtOnceMs));
}

TEST(WsLifecycle, ADisabledAccountIsOutAtOnceAndInAgainWithANewSessionWhenEnabled) {
    LiveClient client = live(anna);

    LONGS_EQUAL(0, billetctl({"user", "disable", anna.name}).exit_code);

    LONGS_EQUAL(4503, client.close_code(kAtOnceMs));
    LONGS_EQUAL(4503, code_after_hello(anna.token));
    LONGS_EQUAL(0, billetctl({"user", "enable", anna.name}).exit_code);
    LONGS_EQUAL(4401, code_after_hello(anna.token));
    LiveClient again;
    STRCMP_EQUAL("welcome", again.hello(token_for(anna, 900)).type.c_str());
}

TEST(WsLifecycle, SocketsOfSessionsThatEndedWithANewEpochAreClosed) {
    LiveClient client = live(anna);

    LONGS_EQUAL(0, billetctl({"epoch", "new"}).exit_code);

    LONGS_EQUAL(4401, client.close_code(20000));
}

// --- Time ----------------------------------------------------------------------------------------

TEST(WsLifecycle, WithoutAHelloTheConnectionEnds) {
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__HELLO_TIMEOUT_S=1"});
    LiveClient silent(at(daemon));
    LiveClient welcomed = live(anna, at(daemon));

    LONGS_EQUAL(4408, silent.close_code());
    CHECK_TRUE(welcomed.is_quiet_for(1500));
}

TEST(WsLifecycle, PingsTellTheHeadAndPongsKeepTheConnection) {
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__PING_INTERVAL_S=1", "BILLET_LIMITS__PONG_TIMEOUT_S=1"});
    LiveClient client = live(anna, at(daemon));

    for (int i = 0; i < 3; ++i) {
        Received received = client.socket().receive();
        const wire::Json ping = parse_any(received.text);
        STRCMP_EQUAL("ping", text_of(ping, "type").c_str());
        LONGS_EQUAL(1, number_of(ping, "cursor"));
        CHECK_TRUE(ping.find("payload") == nullptr);
        client.send_text(R"({"type":"pong","cursor":1})");
    }

    CHECK_TRUE(client.is_quiet_for(2500));  // it answers the pings
}

TEST(WsLifecycle, WithoutAPongTheConnectionEnds) {
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__PING_INTERVAL_S=1", "BILLET_LIMITS__PONG_TIMEOUT_S=1"});
    LiveClient client = live(anna, at(daemon));
    client.answer_pings(false);

    LONGS_EQUAL(4003, client.close_code());
}

TEST(WsLifecycle, AClientThatDoesNotAnswerTheCloseFrameIsNotWaitedForLong) {
    OwnDaemon daemon("billet-wsd", {});
    LiveClient client = live(anna, at(daemon));
    client.socket().send_raw(frame_bytes("", {.opcode = kOpBinary}));  // and reads nothing

    const auto open = [&] {
        const std::string process = "wsd-" + daemon.instance();
        return metric_of(process, "billet_connections{state=\"live\"}") +
               metric_of(process, "billet_connections{state=\"opening\"}");
    };
    for (int waited = 0; waited < 20000 && open() > 0; waited += 50) sleep_ms(50);

    LONGS_EQUAL(0, static_cast<long>(open()));
    LONGS_EQUAL(1003, client.close_code());
}

// --- Limits --------------------------------------------------------------------------------------

TEST(WsLifecycle, TheConnectionsOfAUserAreCountedOverAllProcesses) {
    const std::vector<std::string> settings = {"BILLET_LIMITS__CONNECTIONS_PER_USER=3"};
    OwnDaemon one("billet-wsd", settings);
    OwnDaemon two("billet-wsd", settings);
    LiveClient first = live(anna, at(one));
    LiveClient second = live(anna, at(two));
    LiveClient third = live(anna, at(one));

    LiveClient fourth(at(two));
    const LiveFrame refused = fourth.hello(anna.token);

    expect_error(refused, "rate_limited");
    LONGS_EQUAL(4504, fourth.close_code());
    LiveClient bens = live(ben, at(two));
    CHECK_TRUE(bens.is_quiet_for(100));
    second.socket().close();
    bool is_in = false;
    for (int i = 0; i < 50 && !is_in; ++i) {
        LiveClient fifth(at(two));
        is_in = fifth.hello(anna.token).type == "welcome";
        if (!is_in) sleep_ms(50);
    }
    CHECK_TRUE(is_in);
}

TEST(WsLifecycle, TooManyFramesASecondEndTheConnection) {
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__FRAMES_PER_SECOND=10"});
    LiveClient client = live(anna, at(daemon));
    std::string all;
    for (int i = 0; i < 40; ++i) all += frame_bytes(R"({"type":"pong"})");
    client.socket().send_raw(all);

    LONGS_EQUAL(4429, client.close_code());
}

TEST(WsLifecycle, SendsOverTheLimitAreErrorsThatSayWhenToComeBack) {
    OwnDaemon api("billet-api", {"BILLET_LIMITS__SENDS_BURST=3", "BILLET_LIMITS__SENDS_PER_SECOND=0.5"});
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__API_SOCKETS=" + api.relay_path()});
    LiveClient client = live(anna, at(daemon));
    for (int i = 1; i <= 5; ++i)
        client.send("chat_message", send_payload(room, "m", "id-" + std::to_string(i)), std::to_string(i));

    for (int i = 1; i <= 3; ++i) STRCMP_EQUAL("ack", client.next().type.c_str());
    LiveFrame refused;
    for (int i = 4; i <= 5; ++i) {
        refused = client.next();
        expect_error(refused, "rate_limited");
        LONGS_EQUAL(429, number_of(refused.payload, "status"));
    }
    const std::uint64_t wait_s = number_of(refused.payload, "retry_after");
    CHECK_COMPARE(wait_s, >=, 1);
    CHECK_COMPARE(wait_s, <=, 4);
    client.send("chat_message", send_payload(room, "m", "id-1"), "retry");  // costs nothing
    const LiveFrame retry = client.next();
    STRCMP_EQUAL("ack", retry.type.c_str());
    CHECK_TRUE(member_of(retry.payload, "duplicate").boolean);
    sleep_ms(static_cast<int>(wait_s) * 1000);
    client.send("chat_message", send_payload(room, "m", "id-5"), "again");
    STRCMP_EQUAL("ack", client.next().type.c_str());
}

TEST(WsLifecycle, MoreCommandsThanTheQueueHoldsAreReadLaterAndAllAnswered) {
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__COMMANDS_QUEUED=4", "BILLET_LIMITS__FRAMES_PER_SECOND=1000"});
    LiveClient client = live(anna, at(daemon));
    std::string all;
    for (int i = 0; i < 200; ++i)
        all += frame_bytes(R"({"type":"chat_message","id":")" + std::to_string(i) + R"(","payload":)" +
                           send_payload(room, std::string(500, 'x')) + "}");
    client.socket().send_raw(all);

    for (int i = 0; i < 200; ++i) STRCMP_EQUAL(std::to_string(i).c_str(), client.next_of("ack").id.c_str());
    LONGS_EQUAL(0, client.gaps());
}

// --- Without a wsd -------------------------------------------------------------------------------

TEST(WsLifecycle, ReadyzTellsWhenNoWsdIsThere) {
    const auto becomes = [&](const char* status, const char* wsd) {
        for (int waited = 0; waited < 15000; waited += 50, sleep_ms(50)) {
            const HttpReply reply = http.get("/readyz");
            if (reply.status != 200) return false;
            if (reply.text("status") == status && reply.text("wsd") == wsd) return true;
        }
        return false;
    };
    CHECK_TRUE(becomes("ok", "ok"));

    for (const char* name : {"wsd-1", "wsd-2"}) signal_service(name, SIGSTOP);
    const bool missed = becomes("degraded", "down");
    for (const char* name : {"wsd-1", "wsd-2"}) signal_service(name, SIGCONT);

    CHECK_TRUE(missed);
    CHECK_TRUE(becomes("ok", "ok"));
}

// --- Without an api ------------------------------------------------------------------------------

TEST(WsLifecycle, WithoutAnApiCommandsAreUnavailableAndTheSocketStays) {
    OwnDaemon api("billet-api", {});
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__API_SOCKETS=" + api.relay_path()});
    LiveClient client = live(anna, at(daemon));
    api.signal(SIGKILL);
    api.wait_for_end(5000);

    client.send("chat_message", send_payload(room, "m"), "1");
    const LiveFrame refused = client.next();
    LiveClient late(at(daemon));
    const LiveFrame not_now = late.hello(anna.token);

    expect_error(refused, "unavailable");
    STRCMP_EQUAL("1", refused.id.c_str());
    CHECK_COMPARE(number_of(refused.payload, "retry_after"), >=, 1);
    expect_error(not_now, "unavailable");
    LONGS_EQUAL(4000, late.close_code());
    http.post("/chat/rooms/" + std::to_string(room) + "/messages", ben.token, R"({"content":"by another api"})");
    STRCMP_EQUAL("chat_message", client.next().type.c_str());
}
