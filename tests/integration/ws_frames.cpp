// tests/integration/ws_frames.cpp — What no honest client sends: each case ends as the contract
// says, and beside it everybody goes on being served by the same processes.
#include <cstdint>

#include "tests/integration/ws_frames_cases.h"
#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/own_daemon.h"
#include "tests/support/raw_socket.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(WsFrames) {
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);
    pid_t first = pid_of("wsd-1");
    pid_t second = pid_of("wsd-2");
    LiveClient witness_1 = live(ben, on_process("wsd-1"));
    LiveClient witness_2 = live(ben, on_process("wsd-2"));
    int probes = 0;

    void teardown() override {
        LONGS_EQUAL(first, pid_of("wsd-1"));
        LONGS_EQUAL(second, pid_of("wsd-2"));
        LONGS_EQUAL(0, kill(first, 0));
        LONGS_EQUAL(0, kill(second, 0));
    }

    static WebSocket::Options on_process(const std::string& name) {
        return {.unix_path = stack().run_dir + "/sock/" + name + ".sock"};
    }
    // Somebody else's request is still answered, by both processes.
    void probe(const char* after) {
        const std::string id = std::to_string(++probes);
        for (LiveClient* witness : {&witness_1, &witness_2}) {
            witness->send("typing", R"({"room_id":)" + std::to_string(room) + "}", id);
            STRCMP_EQUAL_TEXT(id.c_str(), witness->next_of("ack").id.c_str(), after);
        }
    }
    std::string typing(const std::string& id) {
        return R"({"type":"typing","id":")" + id + R"(","payload":{"room_id":)" + std::to_string(room) + "}}";
    }
    void check_end(LiveClient & client, int expected, const char* name) {
        if (expected == kGoesOn) return;
        const int code = client.close_code(expected == kAnyEnd ? 300 : 5000);
        if (expected == kEndsSomehow) CHECK_TRUE_TEXT(code != 0, name);
        if (expected > 0) LONGS_EQUAL_TEXT(expected, code, name);
    }
};

TEST(WsFrames, BrokenFramesEndTheirConnectionAndNothingElse) {
    for (const BytesCase& each : broken_frames()) {
        LiveClient client = live(anna);
        client.socket().send_raw(each.bytes);
        check_end(client, each.close_code, each.name);
        if (each.close_code == kGoesOn && std::string(each.name) != "half a frame") {
            client.send_text(typing("after"));
            STRCMP_EQUAL_TEXT("after", client.next_of("ack").id.c_str(), each.name);
        }
        probe(each.name);
    }
}

TEST(WsFrames, TheSameBeforeAHello) {
    for (const BytesCase& each : broken_frames()) {
        LiveClient client;
        client.socket().send_raw(each.bytes);
        // What would go on is a frame before the hello here.
        if (each.close_code != kGoesOn) check_end(client, each.close_code, each.name);
        client.socket().drop();
        probe(each.name);
    }
}

TEST(WsFrames, BadTextIsAnsweredByAnErrorAndTheFifthWithinAMinuteEndsIt) {
    std::size_t next = 0;
    const std::size_t count = std::size(kBadTexts);
    while (next < count) {
        LiveClient client = live(anna);
        for (int bad = 1; bad <= 4 && next < count; ++bad, ++next) {
            client.send_text(kBadTexts[next].text);
            const LiveFrame error = client.next();
            STRCMP_EQUAL_TEXT("error", error.type.c_str(), kBadTexts[next].text);
            STRCMP_EQUAL_TEXT(kBadTexts[next].code, text_of(error.payload, "code").c_str(), kBadTexts[next].text);
        }
        client.send_text(typing("good"));
        STRCMP_EQUAL("good", client.next_of("ack").id.c_str());
        for (int i = 0; i < 4; ++i) client.send_text("bad");
        LONGS_EQUAL(4500, client.close_code());
        probe("bad text");
    }
}

TEST(WsFrames, DepthAndNumberOfValuesAreBounded) {
    LiveClient client = live(anna);
    for (const std::string& text : {std::string(30000, '['), R"({"type":)" + repeated(R"({"a":)", 5000),
                                    R"({"type":"typing","payload":{"room_id":[)" + repeated("1,", 10000) + "1]}}"}) {
        client.send_text(text);
        STRCMP_EQUAL("bad_json", text_of(client.next().payload, "code").c_str());
    }
    probe("depth");
}

TEST(WsFrames, RefusedValuesAreNotBad) {
    LiveClient client = live(anna);
    for (int i = 0; i < 10; ++i) {
        client.send("typing", R"({"room_id":0})", "a");
        client.send("chat_message", R"({"room_id":1})", "b");
        client.send("message_read", "{}", "c");
    }

    for (int i = 0; i < 30; ++i) STRCMP_EQUAL("error", client.next().type.c_str());
    CHECK_TRUE(client.is_quiet_for(100));
}

TEST(WsFrames, AnyFrameBeforeTheHelloEndsTheConnection) {
    for (const TextCase& each : kBadTexts) {
        LiveClient client;
        client.send_text(each.text);
        LONGS_EQUAL_TEXT(4500, client.close_code(), each.text);
    }
    for (const std::string& text :
         {typing("1"), std::string(R"({"type":"pong"})"),
          R"({"type":"chat_message","payload":)" + send_payload(room, "x") + "}",
          R"({"type":"refresh","payload":{"token":)" + json_string(anna.token) + "}}",
          std::string(R"({"type":"hello"})"),
          R"({"type":"hello","payload":{"token":)" + json_string(anna.token) + R"(,"cursor":1}})",
          R"({"type":"hello","payload":{"token":)" + json_string(anna.token) + R"(,"more":1}})"}) {
        LiveClient client;
        client.send_text(text);
        LONGS_EQUAL_TEXT(4500, client.close_code(), text.c_str());
    }
    probe("frames before hello");
}

TEST(WsFrames, AHelloThatIsRefusedIsAnsweredBeforeTheEnd) {
    const std::string token = R"({"token":)" + json_string(anna.token);
    for (const std::string& payload : {token + R"(,"cursor":1})", token + R"(,"cursor":-1,"epoch":"e"})",
                                       token + R"(,"more":1})", std::string("{}")}) {
        LiveClient client;
        client.send("hello", payload, "h");

        const LiveFrame answer = client.next();

        STRCMP_EQUAL_TEXT("error", answer.type.c_str(), payload.c_str());
        STRCMP_EQUAL_TEXT("h", answer.id.c_str(), payload.c_str());
        LONGS_EQUAL_TEXT(4500, client.close_code(), payload.c_str());
    }
}

TEST(WsFrames, HelloAfterHelloIsAnErrorHoweverFast) {
    LiveClient client;
    client.socket().send_raw(repeated(text_frame(hello_text(anna.token)), 10));

    int welcomes = 0;
    int errors = 0;
    for (int i = 0; i < 10; ++i) {
        const std::string type = client.next().type;
        welcomes += type == "welcome" ? 1 : 0;
        errors += type == "error" ? 1 : 0;
    }
    LONGS_EQUAL(1, welcomes);
    LONGS_EQUAL(9, errors);
    probe("many hellos");
}

TEST(WsFrames, HandshakesThatAreNoneAreRefusedByNginx) {
    for (const HandshakeCase& each : handshakes()) {
        const int status = status_in(exchange(each.bytes, 1000, each.status != 101));
        LONGS_EQUAL_TEXT(status == each.or_status ? each.or_status : each.status, status, each.name);
        probe(each.name);
    }
}

TEST(WsFrames, FramesThatComeWithTheHandshakeAreRead) {
    const std::string bytes =
        handshake(kGet, kUpgrade + kVersion + kKey) + text_frame(hello_text(anna.token)) + text_frame(typing("1"));

    const std::string answer = exchange(bytes, 1500, false);

    LONGS_EQUAL(101, status_in(answer));
    CHECK_TRUE(answer.find("\"welcome\"") != std::string::npos);
    CHECK_TRUE(answer.find("\"ack\"") != std::string::npos);
}

TEST(WsFrames, WhatComesPastNginxIsHungUpOn) {
    for (const BytesCase& each : unproxied()) {
        LiveClient raw(WebSocket::Options{.unix_path = stack().run_dir + "/sock/wsd-1.sock", .raw = true});
        raw.socket().send_raw(each.bytes);
        check_end(raw, each.close_code, each.name);
        probe(each.name);
    }
}

TEST(WsFrames, NothingIsLeftBehind) {
    for (int i = 0; i < 200; ++i) {
        WebSocket::Options options;
        options.headers = i % 3 == 0 ? "Sec-WebSocket-Protocol: chat.v1\r\n" : "";
        LiveClient client(options);
        if (i % 2 == 0) client.send_text(hello_text(anna.token));
        if (i % 5 == 0) client.socket().send_raw(text_frame(pong_of(300)).substr(0, 100));
    }

    // The witnesses are the only ones that stay.
    const auto open = [](const char* state) {
        const std::string line = std::string("billet_connections{state=\"") + state + "\"}";
        return metric_of("wsd-1", line) + metric_of("wsd-2", line);
    };
    for (int waited = 0; waited < 10000 && open("live") + open("opening") > 2; waited += 50) sleep_ms(50);
    LONGS_EQUAL(2, static_cast<int>(open("live")));
    LONGS_EQUAL(0, static_cast<int>(open("opening")));
}
