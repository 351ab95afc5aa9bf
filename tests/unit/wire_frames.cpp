// tests/unit/wire_frames.cpp — The catalogue of frames: what is read as what, what is bad, what is
// only refused, and what wsd writes.
#include "lib/wire/frames.h"

#include <string>
#include <vector>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/wire/json.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wire;

TEST_GROUP(Frames) {
    LimitsConfig limits;

    ClientFrame read(const std::string& text) {
        auto frame = read_frame(text, limits);
        if (!std::holds_alternative<ClientFrame>(frame)) FAIL(("refused: " + text).c_str());
        return std::get<ClientFrame>(std::move(frame));
    }
    template <typename What>
    What read_as(const std::string& text) {
        return std::get<What>(read(text).what);
    }
    // "bad" or "refused", the code, the fields, and the id.
    std::string outcome(const std::string& text) {
        auto frame = read_frame(text, limits);
        if (std::holds_alternative<ClientFrame>(frame)) return "ok";
        const auto& refusal = std::get<FrameError>(frame);
        std::string told = refusal.bad ? "bad " : "refused ";
        told += code_name(refusal.error.code);
        for (const FieldError& field : refusal.error.fields) told += " " + field.field + ":" + field.code;
        if (refusal.id) told += " #" + *refusal.id;
        return told;
    }
};

TEST(Frames, HelloWithAndWithoutAPosition) {
    auto fresh = read(R"({"type":"hello","id":"1","payload":{"token":"t"}})");
    STRCMP_EQUAL("1", fresh.id->c_str());
    auto hello = std::get<HelloFrame>(fresh.what);
    STRCMP_EQUAL("t", hello.token.c_str());
    CHECK_FALSE(hello.cursor.has_value());
    CHECK_FALSE(hello.epoch.has_value());

    auto resumed = read_as<HelloFrame>(R"({"type":"hello","payload":{"token":"t","cursor":918,"epoch":"k3f9"}})");
    CHECK_EQUAL(918U, *resumed.cursor);
    STRCMP_EQUAL("k3f9", resumed.epoch->c_str());
    CHECK_EQUAL(0U, *read_as<HelloFrame>(R"({"type":"hello","token":"t","cursor":0,"epoch":"k"})").cursor);
}

TEST(Frames, SendingInBothForms) {
    auto send = read_as<SendFrame>(
        R"({"type":"chat_message","id":"2","payload":{"room_id":123,"content":"hi","client_msg_id":"0b6f"}})");
    CHECK_EQUAL(123U, send.room_id);
    STRCMP_EQUAL(R"({"content":"hi","client_msg_id":"0b6f"})", send.body.c_str());

    auto flat = read_as<SendFrame>(R"({"type":"chat_message","room_id":123,"content":"hi","client_msg_id":"0b6f"})");
    STRCMP_EQUAL(send.body.c_str(), flat.body.c_str());
}

TEST(Frames, SendingWithoutAClientIdGetsOneSoThatItCanBeRelayedTwice) {
    auto send = read_as<SendFrame>(R"({"type":"chat_message","room_id":123,"content":"hi"})");

    auto body = parse_json(send.body, {});
    STRCMP_EQUAL("hi", body->find("content")->text.c_str());
    CHECK_EQUAL(32U, body->find("client_msg_id")->text.size());
}

TEST(Frames, ContentIsRelayedUnchanged) {
    auto send = read_as<SendFrame>(
        R"({"type":"chat_message","room_id":1,"content":"\"\\\n\u00e9\ud83d\ude00","client_msg_id":"\""})");

    auto body = parse_json(send.body, {});
    STRCMP_EQUAL("\"\\\n\xC3\xA9\xF0\x9F\x98\x80", body->find("content")->text.c_str());
    STRCMP_EQUAL("\"", body->find("client_msg_id")->text.c_str());
}

TEST(Frames, ReadingByRoomOrByMessage) {
    auto by_seq = read_as<ReadFrame>(R"({"type":"message_read","id":"3","payload":{"room_id":123,"seq":88}})");
    CHECK_EQUAL(123U, *by_seq.room_id);
    CHECK_FALSE(by_seq.message_id.has_value());
    STRCMP_EQUAL(R"({"seq":88})", by_seq.body.c_str());

    STRCMP_EQUAL("{}", read_as<ReadFrame>(R"({"type":"message_read","room_id":123})").body.c_str());

    auto by_message = read_as<ReadFrame>(R"({"type":"message_read","payload":{"message_id":456}})");
    CHECK_EQUAL(456U, *by_message.message_id);
    CHECK_FALSE(by_message.room_id.has_value());

    auto with_both = read_as<ReadFrame>(R"({"type":"message_read","room_id":123,"message_id":456})");
    CHECK_EQUAL(456U, *with_both.message_id);
    CHECK_FALSE(with_both.room_id.has_value());
}

TEST(Frames, TypingRefreshAndPong) {
    CHECK_EQUAL(123U, read_as<TypingFrame>(R"({"type":"typing","payload":{"room_id":123}})").room_id);
    STRCMP_EQUAL("new",
                 read_as<RefreshFrame>(R"({"type":"refresh","id":"9","payload":{"token":"new"}})").token.c_str());
    CHECK_EQUAL(1003U, *read_as<PongFrame>(R"({"type":"pong","cursor":1003})").cursor);
    CHECK_EQUAL(1003U, *read_as<PongFrame>(R"({"type":"pong","cursor":1003,"payload":{}})").cursor);
    CHECK_FALSE(read_as<PongFrame>(R"({"type":"pong"})").cursor.has_value());
}

TEST(Frames, MembersMayComeInAnyOrder) {
    STRCMP_EQUAL("7", read(R"({"payload":{"content":"x","room_id":1},"id":"7","type":"chat_message"})").id->c_str());
}

TEST(Frames, IdsAreTextsOf1To64Bytes) {
    const std::string longest(64, 'i');
    CHECK_EQUAL(64U, read(R"({"type":"pong","id":")" + longest + "\"}").id->size());
    for (const std::string& id : std::vector<std::string>{"7", "null", "{}", "[\"1\"]", "true"}) {
        STRCMP_EQUAL("bad invalid_argument id:type", outcome(R"({"type":"pong","id":)" + id + "}").c_str());
    }
    for (const std::string& id : std::vector<std::string>{"\"" + longest + "i\"", "\"\""}) {
        STRCMP_EQUAL("refused invalid_argument id:length", outcome(R"({"type":"pong","id":)" + id + "}").c_str());
    }
}

TEST(Frames, BadOnes) {
    const std::vector<std::pair<std::string, std::string>> all = {
        {"", "bad bad_json"},
        {"hello", "bad bad_json"},
        {"{", "bad bad_json"},
        {"[]", "bad bad_json"},
        {"null", "bad bad_json"},
        {"42", "bad bad_json"},
        {"\"hello\"", "bad bad_json"},
        {"{}{}", "bad bad_json"},
        {"{} ", "bad invalid_argument type:type"},
        {R"({"type":"pong","type":"pong"})", "bad bad_json"},
        {R"({"id":"1"})", "bad invalid_argument type:type #1"},
        {R"({"type":7,"id":"1"})", "bad invalid_argument type:type #1"},
        {R"({"type":null})", "bad invalid_argument type:type"},
        {R"({"type":"","id":"1"})", "bad invalid_argument type:type #1"},
        {R"({"type":"nonsense","id":"1","payload":{}})", "bad invalid_argument type:type #1"},
        {R"({"type":"welcome","payload":{}})", "bad invalid_argument type:type"},
        {R"({"type":"ack","id":"1"})", "bad invalid_argument type:type #1"},
        {R"({"type":"Pong"})", "bad invalid_argument type:type"},
        {R"({"type":"pong","payload":null})", "bad invalid_argument payload:type"},
        {R"({"type":"typing","id":"1","payload":[]})", "bad invalid_argument payload:type #1"},
        {R"({"type":"typing","id":"1","payload":"x"})", "bad invalid_argument payload:type #1"},
        {R"({"type":"typing","id":"1","payload":{"room_id":1},"x":1})", "bad unknown_field #1"},
        {R"({"type":"typing","id":"1","payload":{"room_id":1,"x":1}})", "bad unknown_field #1"},
        {R"({"type":"typing","id":"1","payload":{"room_id":1},"room_id":1})", "bad unknown_field #1"},
        {R"({"type":"typing","id":"1","payload":{"room_id":1},"cursor":1})", "bad unknown_field #1"},
        {R"({"type":"typing","room_id":1,"x":1})", "bad unknown_field"},
        {R"({"type":"typing","room_id":"1"})", "bad invalid_argument room_id:type"},
        {R"({"type":"typing","room_id":1.5})", "bad bad_json"},
        {R"({"type":"typing","room_id":1e3})", "bad bad_json"},
        {R"({"type":"chat_message","room_id":1,"content":7})", "bad invalid_argument content:type"},
        {R"({"type":"chat_message","room_id":1,"content":null})", "bad invalid_argument content:type"},
        {R"({"type":"chat_message","room_id":1,"content":"x","client_msg_id":7})",
         "bad invalid_argument client_msg_id:type"},
        {R"({"type":"chat_message","room_id":1,"content":"x","sender_id":7})", "bad unknown_field"},
        {R"({"type":"message_read","room_id":1,"seq":"88"})", "bad invalid_argument seq:type"},
        {R"({"type":"hello","payload":{"token":7}})", "bad invalid_argument token:type"},
        {R"({"type":"hello","payload":{"token":"t","cursor":"1","epoch":"k"}})", "bad invalid_argument cursor:type"},
        {R"({"type":"hello","payload":{"token":"t","cursor":1,"epoch":7}})", "bad invalid_argument epoch:type"},
        {R"({"type":"refresh","payload":{"token":["t"]}})", "bad invalid_argument token:type"},
        {R"({"type":"pong","cursor":"1003"})", "bad invalid_argument cursor:type"},
        {R"({"type":"pong","room_id":1})", "bad unknown_field"},
        {"\xEF\xBB\xBF{\"type\":\"pong\"}", "bad bad_json"},
        {"{\"type\":\"pong\xFF\"}", "bad bad_json"},
        {std::string("{\"type\":\"pong\"}\0", 16), "bad bad_json"},
        {R"({"type":"pong","id":"\u0000"})", "bad bad_json"},
        {R"({"type":"pong","id":"\uD800"})", "bad bad_json"},
    };
    for (const auto& [text, expected] : all) STRCMP_EQUAL_TEXT(expected.c_str(), outcome(text).c_str(), text.c_str());
}

TEST(Frames, RefusedOnesDoNotCountAsBad) {
    const std::vector<std::pair<std::string, std::string>> all = {
        {R"({"type":"hello","id":"1","payload":{}})", "refused invalid_argument token:required #1"},
        {R"({"type":"hello","id":"1"})", "refused invalid_argument token:required #1"},
        {R"({"type":"hello","id":"1","payload":{"token":"t","cursor":5}})",
         "refused invalid_argument epoch:required #1"},
        {R"({"type":"hello","id":"1","payload":{"token":"t","epoch":"k"}})",
         "refused invalid_argument cursor:required #1"},
        {R"({"type":"hello","payload":{"token":"t","cursor":-1,"epoch":"k"}})",
         "refused invalid_argument cursor:range"},
        {R"({"type":"chat_message","id":"2","content":"x"})", "refused invalid_argument room_id:required #2"},
        {R"({"type":"chat_message","id":"2","room_id":-1,"content":"x"})", "refused invalid_argument room_id:range #2"},
        {R"({"type":"typing","payload":{}})", "refused invalid_argument room_id:required"},
        {R"({"type":"message_read","id":"3"})", "refused invalid_argument room_id:required #3"},
        {R"({"type":"message_read","id":"3","seq":1})", "refused invalid_argument room_id:required #3"},
        {R"({"type":"message_read","message_id":1,"seq":1})", "refused invalid_argument seq:conflict"},
        {R"({"type":"message_read","room_id":1,"seq":9007199254740992})", "refused invalid_argument seq:range"},
        {R"({"type":"refresh"})", "refused invalid_argument token:required"},
        {R"({"type":"pong","cursor":-1})", "refused invalid_argument cursor:range"},
    };
    for (const auto& [text, expected] : all) STRCMP_EQUAL_TEXT(expected.c_str(), outcome(text).c_str(), text.c_str());
}

TEST(Frames, WithAWrongTypeBesideARefusedValueAreBad) {
    STRCMP_EQUAL("bad invalid_argument room_id:required content:type",
                 outcome(R"({"type":"chat_message","content":7})").c_str());
}

TEST(Frames, TheirLimitsAreThoseOfTheConfiguration) {
    limits.frame_bytes = 40;
    STRCMP_EQUAL("bad too_large", outcome(R"({"type":"chat_message","room_id":1,"content":"hi"})").c_str());
    limits.json_depth = 1;
    STRCMP_EQUAL("bad bad_json", outcome(R"({"type":"typing","payload":{}})").c_str());
}

TEST(Frames, ThatWsdWritesHaveTheseBytes) {
    const Welcome welcome{.user_id = 5,
                          .session_id = "s1",
                          .cursor = 1003,
                          .epoch = "k3f9",
                          .resumed = true,
                          .token_ttl_s = 540,
                          .ping_interval_s = 25};

    STRCMP_EQUAL(
        R"({"type":"welcome","id":"1","payload":{"user_id":5,"session_id":"s1","cursor":1003,"epoch":"k3f9","resumed":true,)"
        R"("token_ttl":540,"ping_interval":25}})",
        welcome_frame(welcome, "1").c_str());
    STRCMP_EQUAL(R"({"type":"ack","id":"2","cursor":1004,"payload":{"x":1}})",
                 ack_frame("2", 1004, R"({"x":1})").c_str());
    STRCMP_EQUAL(R"({"type":"ack","id":"2","payload":{}})", ack_frame("2", std::nullopt, "{}").c_str());
    STRCMP_EQUAL(R"({"type":"ack","cursor":1004,"payload":{}})", ack_frame(std::nullopt, 1004, "{}").c_str());
    STRCMP_EQUAL(R"({"type":"error","id":"2","payload":{"code":"x"}})", error_frame("2", R"({"code":"x"})").c_str());
    STRCMP_EQUAL(R"({"type":"error","payload":{"code":"x"}})", error_frame(std::nullopt, R"({"code":"x"})").c_str());
    STRCMP_EQUAL(R"({"type":"ping","cursor":1006})", ping_frame(1006).c_str());
    STRCMP_EQUAL(R"({"type":"token_expiring","payload":{"expires_in":60}})", token_expiring_frame(60).c_str());
    STRCMP_EQUAL(R"({"type":"resync_required","payload":{"reason":"too_old"}})",
                 resync_required_frame(std::nullopt, "too_old").c_str());
    STRCMP_EQUAL(R"({"type":"resync_required","id":"1","payload":{"reason":"ahead"}})",
                 resync_required_frame("1", "ahead").c_str());
    STRCMP_EQUAL(R"({"type":"session_revoked","payload":{"session_id":"s1"}})", session_revoked_frame("s1").c_str());
    STRCMP_EQUAL(R"({"type":"typing","payload":{"room_id":123,"user_id":9,"expires_in":6}})",
                 typing_frame(123, 9, 6).c_str());
    STRCMP_EQUAL(R"({"token_ttl":540})", refresh_ack_payload(540).c_str());
}

TEST(Frames, IdsAreEscapedWhenTheyComeBack) {
    const std::string id = "\"\\\n\xC3\xA9";

    auto frame = parse_json(ack_frame(id, std::nullopt, "{}"), {});

    STRCMP_EQUAL(id.c_str(), frame->find("id")->text.c_str());
}
