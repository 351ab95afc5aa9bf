// tests/integration/ws_delivery.cpp — What a socket sends and gets once it has been welcomed:
// events, acks, typing, errors, and their order.
#include <cstdint>

#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(WsDelivery) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);
    LiveClient annas = live(anna);
    LiveClient bens = live(ben);

    std::string room_json(const std::string& more = {}) {
        return R"({"room_id":)" + std::to_string(room) + more + "}";
    }
    HttpReply say(const Person& from, const std::string& content) {
        return http.post("/chat/rooms/" + std::to_string(room) + "/messages", from.token,
                         R"({"content":)" + json_string(content) + "}");
    }
    // The event as the log has it.
    std::string logged(const Person& person, std::uint64_t cursor) {
        const std::string page =
            http.get("/chat/sync?limit=1&cursor=" + std::to_string(cursor - 1) + "&epoch=" + annas.epoch(),
                     person.token)
                .body;
        const std::size_t begin = page.find('[') + 1;
        return page.substr(begin, page.rfind(']') - begin);
    }
    const wire::Json& message_of(const LiveFrame& frame) {
        return member_of(frame.payload, "message");
    }
    void expect_error(const LiveFrame& frame, const char* id, const char* code, int status) {
        STRCMP_EQUAL("error", frame.type.c_str());
        STRCMP_EQUAL(id, frame.id.c_str());
        STRCMP_EQUAL(code, text_of(frame.payload, "code").c_str());
        LONGS_EQUAL(status, number_of(frame.payload, "status"));
        CHECK_FALSE(text_of(frame.payload, "title").empty());
        CHECK_FALSE(text_of(frame.payload, "detail").empty());
        CHECK_FALSE(text_of(frame.payload, "request_id").empty());
    }
};

TEST(WsDelivery, TheWelcomeTellsUserSessionPositionAndTimes) {
    LiveClient client;
    const LiveFrame welcome = client.hello(anna.token);

    STRCMP_EQUAL("welcome", welcome.type.c_str());
    STRCMP_EQUAL("hello", welcome.id.c_str());
    CHECK_FALSE(welcome.has_cursor());
    LONGS_EQUAL(anna.id, number_of(welcome.payload, "user_id"));
    CHECK_FALSE(text_of(welcome.payload, "session_id").empty());
    LONGS_EQUAL(1, number_of(welcome.payload, "cursor"));  // the room_created
    STRCMP_EQUAL(http.get("/chat/sync", anna.token).text("epoch").c_str(), text_of(welcome.payload, "epoch").c_str());
    CHECK_FALSE(member_of(welcome.payload, "resumed").boolean);
    CHECK_COMPARE(number_of(welcome.payload, "token_ttl"), >, 800);
    CHECK_COMPARE(number_of(welcome.payload, "token_ttl"), <=, 900);
    LONGS_EQUAL(25, number_of(welcome.payload, "ping_interval"));
}

TEST(WsDelivery, TheSubprotocolIsAnsweredWhenItIsAskedFor) {
    LiveClient asked({.headers = "Sec-WebSocket-Protocol: something, chat.v1\r\n"});
    LiveClient silent;

    LONGS_EQUAL(101, asked.socket().status());
    STRCMP_CONTAINS("Sec-WebSocket-Protocol: chat.v1\r\n", asked.socket().head().c_str());
    STRCMP_EQUAL("welcome", asked.hello(anna.token).type.c_str());
    CHECK_TRUE(silent.socket().head().find("Sec-WebSocket-Protocol") == std::string::npos);
}

TEST(WsDelivery, AMessageReachesThePeerAndTheSendersOtherDevices) {
    LiveClient second = live(anna);
    annas.send("chat_message", send_payload(room, "hi Ben", "id-1"), "2");

    const LiveFrame ack = annas.next();
    const LiveFrame echo = second.next();
    const LiveFrame event = bens.next();

    STRCMP_EQUAL("ack", ack.type.c_str());
    STRCMP_EQUAL("2", ack.id.c_str());
    LONGS_EQUAL(2, ack.cursor);
    LONGS_EQUAL(room, number_of(ack.payload, "room_id"));
    CHECK_FALSE(member_of(ack.payload, "duplicate").boolean);
    STRCMP_EQUAL("hi Ben", text_of(message_of(ack), "content").c_str());
    STRCMP_EQUAL("id-1", text_of(message_of(ack), "client_msg_id").c_str());
    STRCMP_EQUAL("chat_message", echo.type.c_str());
    LONGS_EQUAL(ack.cursor, echo.cursor);
    STRCMP_EQUAL("id-1", text_of(message_of(echo), "client_msg_id").c_str());
    LONGS_EQUAL(0, number_of(echo.payload, "unread_count"));
    STRCMP_EQUAL("chat_message", event.type.c_str());
    LONGS_EQUAL(2, event.cursor);
    LONGS_EQUAL(anna.id, number_of(message_of(event), "sender_id"));
    CHECK_TRUE(message_of(event).find("client_msg_id") == nullptr);
    LONGS_EQUAL(1, number_of(event.payload, "unread_count"));
    LONGS_EQUAL(1, number_of(event.payload, "total_unread"));
    CHECK_TRUE(annas.is_quiet_for(300));  // no event beside the ack
}

TEST(WsDelivery, TheSocketAndTheLogGiveTheSameObject) {
    say(anna, "by REST");
    http.put("/chat/rooms/" + std::to_string(room) + "/read", ben.token, "{}");

    for (const char* type : {"chat_message", "message_read"}) {
        const LiveFrame event = bens.next();
        STRCMP_EQUAL(type, event.type.c_str());
        STRCMP_EQUAL(logged(ben, event.cursor).c_str(), event.text.c_str());
        const LiveFrame other = annas.next();
        STRCMP_EQUAL(logged(anna, other.cursor).c_str(), other.text.c_str());
    }
}

TEST(WsDelivery, ARetryIsAnsweredAsDuplicateWithoutACursor) {
    annas.send("chat_message", send_payload(room, "once", "id-1"), "1");
    const LiveFrame first = annas.next();
    bens.next();

    annas.send("chat_message", send_payload(room, "once", "id-1"), "2");
    annas.send("chat_message", send_payload(room, "other words", "id-1"), "3");
    const LiveFrame again = annas.next();

    STRCMP_EQUAL("ack", again.type.c_str());
    STRCMP_EQUAL("2", again.id.c_str());
    CHECK_FALSE(again.has_cursor());
    CHECK_TRUE(member_of(again.payload, "duplicate").boolean);
    LONGS_EQUAL(number_of(message_of(first), "id"), number_of(message_of(again), "id"));
    expect_error(annas.next(), "3", "idempotency_conflict", 409);
    CHECK_TRUE(bens.is_quiet_for(300));
}

TEST(WsDelivery, TheSeedsFlatFormHasTheSameEffect) {
    annas.send_text(R"({"type":"chat_message","room_id":)" + std::to_string(room) + R"(,"content":"flat"})");

    const LiveFrame ack = annas.next();
    STRCMP_EQUAL("ack", ack.type.c_str());
    LONGS_EQUAL(2, ack.cursor);
    STRCMP_EQUAL("", ack.id.c_str());
    STRCMP_EQUAL("flat", text_of(message_of(bens.next()), "content").c_str());
}

TEST(WsDelivery, ReadingIsAnsweredAndToldToBoth) {
    for (int i = 0; i < 3; ++i) say(anna, "m");
    for (int i = 0; i < 3; ++i) bens.next();
    for (int i = 0; i < 3; ++i) annas.next();

    bens.send("message_read", room_json(R"(,"seq":2)"), "r");
    const LiveFrame ack = bens.next();
    const LiveFrame own = bens.next();
    const LiveFrame seen = annas.next();

    STRCMP_EQUAL("r", ack.id.c_str());
    CHECK_FALSE(ack.has_cursor());
    LONGS_EQUAL(room, number_of(ack.payload, "room_id"));
    LONGS_EQUAL(2, number_of(ack.payload, "seq"));
    LONGS_EQUAL(1, number_of(ack.payload, "unread_count"));
    LONGS_EQUAL(1, number_of(ack.payload, "total_unread"));
    LONGS_EQUAL(4, ack.payload.members.size());
    STRCMP_EQUAL("message_read", own.type.c_str());
    STRCMP_EQUAL("message_read", seen.type.c_str());
    LONGS_EQUAL(ben.id, number_of(seen.payload, "reader_id"));
    LONGS_EQUAL(2, number_of(seen.payload, "seq"));
}

TEST(WsDelivery, TheReaderGetsTheEventToo) {
    say(anna, "m");
    bens.next();

    bens.send("message_read", room_json());  // no id: the event alone
    const LiveFrame event = bens.next();

    STRCMP_EQUAL("message_read", event.type.c_str());
    LONGS_EQUAL(3, event.cursor);
    LONGS_EQUAL(0, number_of(event.payload, "unread_count"));
    CHECK_TRUE(bens.is_quiet_for(200));
}

TEST(WsDelivery, AMessagesIdMarksUpToItAndARepeatIsNoEvent) {
    say(anna, "m");
    const std::uint64_t id = say(anna, "m").number("id");
    say(anna, "m");
    for (int i = 0; i < 3; ++i) bens.next();
    const std::string by_id = R"({"message_id":)" + std::to_string(id) + "}";

    bens.send("message_read", by_id, "1");
    const LiveFrame first = bens.next();
    const LiveFrame second = bens.next();
    bens.send("message_read", by_id, "2");
    const LiveFrame repeat = bens.next();
    bens.send("message_read", room_json(R"(,"seq":1)"), "3");
    const LiveFrame backwards = bens.next();

    STRCMP_EQUAL("ack", first.type.c_str());
    STRCMP_EQUAL("message_read", second.type.c_str());
    for (const LiveFrame* frame : {&repeat, &backwards}) {
        STRCMP_EQUAL("ack", frame->type.c_str());
        LONGS_EQUAL(2, number_of(frame->payload, "seq"));
        LONGS_EQUAL(1, number_of(frame->payload, "unread_count"));
    }
    CHECK_TRUE(bens.is_quiet_for(300));
}

TEST(WsDelivery, TypingIsTransientAndGoesToThePeerOnly) {
    annas.send("typing", room_json(), "t");

    const LiveFrame ack = annas.next();
    const LiveFrame typing = bens.next();

    STRCMP_EQUAL("ack", ack.type.c_str());
    STRCMP_EQUAL("t", ack.id.c_str());
    CHECK_FALSE(ack.has_cursor());
    CHECK_TRUE(ack.payload.kind == wire::JsonKind::kObject);
    LONGS_EQUAL(0, ack.payload.members.size());
    STRCMP_EQUAL("typing", typing.type.c_str());
    CHECK_FALSE(typing.has_cursor());
    LONGS_EQUAL(room, number_of(typing.payload, "room_id"));
    LONGS_EQUAL(anna.id, number_of(typing.payload, "user_id"));
    LONGS_EQUAL(6, number_of(typing.payload, "expires_in"));
}

TEST(WsDelivery, ABlockIsToldToTheBlockerOnlyAndStopsSendsAndTyping) {
    LONGS_EQUAL(204, http.put("/chat/blocks/" + std::to_string(ben.id), anna.token).status);
    const LiveFrame event = annas.next();

    bens.send("chat_message", send_payload(room, "hello?"), "1");
    const LiveFrame refused = bens.next();
    bens.send("typing", room_json(), "2");
    const LiveFrame typed = bens.next();

    STRCMP_EQUAL("block_updated", event.type.c_str());
    LONGS_EQUAL(ben.id, number_of(event.payload, "user_id"));
    CHECK_TRUE(member_of(event.payload, "blocked").boolean);
    expect_error(refused, "1", "cannot_message", 403);
    STRCMP_EQUAL("ack", typed.type.c_str());
    CHECK_TRUE(annas.is_quiet_for(300));
}

TEST(WsDelivery, ANewRoomIsToldToBothAsEachSeesIt) {
    const Person cleo = new_person("cleo");
    LiveClient cleos = live(cleo);
    const std::uint64_t made = room_of(cleo, anna);

    const LiveFrame hers = cleos.next();
    const LiveFrame annas_view = annas.next();

    STRCMP_EQUAL("room_created", hers.type.c_str());
    STRCMP_EQUAL("room_created", annas_view.type.c_str());
    const wire::Json& one = member_of(hers.payload, "room");
    const wire::Json& other = member_of(annas_view.payload, "room");
    LONGS_EQUAL(made, number_of(one, "id"));
    LONGS_EQUAL(made, number_of(other, "id"));
    LONGS_EQUAL(anna.id, number_of(member_of(one, "peer"), "id"));
    LONGS_EQUAL(cleo.id, number_of(member_of(other, "peer"), "id"));
}

TEST(WsDelivery, RequestsAreCarriedOutAndAnsweredInTheirOrder) {
    std::string all;
    for (int i = 0; i < 30; ++i) {
        const std::string id = std::to_string(i);
        all += frame_bytes(i % 3 == 2 ? R"({"type":"typing","id":")" + id + R"(","payload":)" + room_json() + "}"
                                      : R"({"type":"chat_message","id":")" + id + R"(","payload":)" +
                                            send_payload(room, "m" + id) + "}");
    }
    annas.socket().send_raw(all);

    for (int i = 0; i < 30; ++i) {
        const LiveFrame ack = annas.next();
        STRCMP_EQUAL("ack", ack.type.c_str());
        STRCMP_EQUAL(std::to_string(i).c_str(), ack.id.c_str());
    }
    for (int i = 0; i < 30; ++i) {
        if (i % 3 == 2) continue;
        const LiveFrame event = bens.next_of("chat_message");
        STRCMP_EQUAL(("m" + std::to_string(i)).c_str(), text_of(message_of(event), "content").c_str());
    }
    LONGS_EQUAL(0, annas.gaps());
    LONGS_EQUAL(0, bens.gaps());
}

TEST(WsDelivery, AcksAndThePeersEventsShareOneOrder) {
    for (int i = 0; i < 20; ++i) {
        annas.send("chat_message", send_payload(room, "a"), "a" + std::to_string(i));
        bens.send("chat_message", send_payload(room, "b"), "b" + std::to_string(i));
    }

    for (LiveClient* client : {&annas, &bens}) {
        int acks = 0;
        for (std::uint64_t seq = 1; seq <= 40; ++seq) {
            const LiveFrame frame = client->next();
            LONGS_EQUAL(seq + 1, frame.cursor);
            LONGS_EQUAL(seq, number_of(message_of(frame), "seq"));
            acks += frame.type == "ack" ? 1 : 0;
        }
        LONGS_EQUAL(20, acks);
    }
}

TEST(WsDelivery, RefusalsAreErrorsWithTheIdOfTheirRequest) {
    annas.send("chat_message", send_payload(room + 1000000, "x"), "1");
    expect_error(annas.next(), "1", "not_found", 404);
    annas.send("chat_message", send_payload(room, "   "), "2");
    expect_error(annas.next(), "2", "invalid_argument", 422);
    annas.send("message_read", R"({"message_id":9007199254740991})", "3");
    expect_error(annas.next(), "3", "not_found", 404);
    annas.send("typing", R"({"room_id":0})", "4");
    expect_error(annas.next(), "4", "not_found", 404);
    annas.send("chat_message", R"({"content":"no room"})", "5");
    expect_error(annas.next(), "5", "invalid_argument", 422);
    annas.send("chat_message", send_payload(room, std::string(16001, 'x')));
    expect_error(annas.next(), "", "invalid_argument", 422);

    CHECK_TRUE(annas.socket().is_open());
    annas.send("chat_message", send_payload(room, "still here"), "9");
    STRCMP_EQUAL("ack", annas.next().type.c_str());
}

TEST(WsDelivery, AStrangerGetsTheSameRefusalAsForNoRoom) {
    LiveClient stranger = live(new_person("cleo"));
    const auto ask = [&](std::uint64_t id) {
        stranger.send("chat_message", send_payload(id, "x"), "1");
        std::string text = stranger.next().text;
        const std::size_t at = text.find("\"request_id\":\"");
        return text.replace(at, 14 + 32, "");
    };

    STRCMP_EQUAL(ask(room + 1000000).c_str(), ask(room).c_str());
}

TEST(WsDelivery, ASecondHelloIsAnErrorAndChangesNothing) {
    annas.send_text(hello_text(anna.token));

    expect_error(annas.next(), "hello", "invalid_argument", 422);
    say(ben, "still there?");
    STRCMP_EQUAL("chat_message", annas.next().type.c_str());
}
