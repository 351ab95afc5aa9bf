// tests/unit/wire_requests.cpp — Request bodies: what each takes, and how what it does not take is
// named.
#include "lib/wire/requests.h"

#include <string>

#include "lib/base/config/limits.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wire;

TEST_GROUP(Requests) {
    LimitsConfig limits;

    // "code field:code field:code"
    template <typename Value>
    std::string outcome(const Result<Value>& result) {
        if (result.ok()) return "ok";
        std::string text(code_name(result.error().code));
        for (const FieldError& field : result.error().fields) text += " " + field.field + ":" + field.code;
        return text;
    }
};

TEST(Requests, RegisterNeedsNameAndPassword) {
    auto whole = read_register(R"({"password":"p","username":"u","display_name":"d"})", limits);
    CHECK_TRUE(whole.ok());
    STRCMP_EQUAL("u", whole->username.c_str());
    STRCMP_EQUAL("p", whole->password.c_str());
    STRCMP_EQUAL("d", whole->display_name->c_str());

    auto bare = read_register(R"({"username":"u","password":"p"})", limits);
    CHECK_FALSE(bare->display_name.has_value());

    STRCMP_EQUAL("invalid_argument username:required password:required", outcome(read_register("", limits)).c_str());
    STRCMP_EQUAL("invalid_argument username:type password:required",
                 outcome(read_register(R"({"username":7})", limits)).c_str());
    STRCMP_EQUAL("invalid_argument display_name:type",
                 outcome(read_register(R"({"username":"u","password":"p","display_name":null})", limits)).c_str());
}

TEST(Requests, UnknownMembersComeBeforeEverythingElse) {
    STRCMP_EQUAL("unknown_field", outcome(read_register(R"({"username":7,"admin":true})", limits)).c_str());
    STRCMP_EQUAL("unknown_field", outcome(read_login(R"({"username":"u","password":"p","x":null})", limits)).c_str());
    STRCMP_EQUAL("unknown_field", outcome(read_send(R"({"Content":"hi"})", limits)).c_str());
    STRCMP_EQUAL("unknown_field", outcome(read_mark(R"({"seq":1,"room_id":2})", limits)).c_str());
    STRCMP_EQUAL("unknown_field", outcome(read_other_user(R"({"other_user_id":1,"x":2})", limits)).c_str());
    STRCMP_EQUAL("unknown_field", outcome(read_nothing(R"({"x":1})", limits)).c_str());
}

TEST(Requests, ABodyIsAnObjectOrNothing) {
    for (const char* body : {"[]", "null", "7", "\"text\"", "true"}) {
        STRCMP_EQUAL("invalid_argument :type", outcome(read_send(body, limits)).c_str());
        STRCMP_EQUAL("invalid_argument :type", outcome(read_mark(body, limits)).c_str());
        STRCMP_EQUAL("invalid_argument :type", outcome(read_nothing(body, limits)).c_str());
        STRCMP_EQUAL("invalid_argument :type", outcome(read_other_user(body, limits)).c_str());
        STRCMP_EQUAL("invalid_argument :type", outcome(read_login(body, limits)).c_str());
    }
    STRCMP_EQUAL("ok", outcome(read_nothing("", limits)).c_str());
    STRCMP_EQUAL("ok", outcome(read_nothing("{}", limits)).c_str());
}

TEST(Requests, TheLimitsOfTheConfigurationHold) {
    limits.body_bytes = 20;
    limits.json_depth = 2;
    STRCMP_EQUAL("too_large", outcome(read_send(R"({"content":"0123456789"})", limits)).c_str());
    STRCMP_EQUAL("bad_json", outcome(read_send(R"({"content":[[]]})", limits)).c_str());
    STRCMP_EQUAL("invalid_argument content:type", outcome(read_send(R"({"content":[]})", limits)).c_str());
}

TEST(Requests, SendKeepsWhatIsThere) {
    auto body = read_send(R"({"content":"hi","client_msg_id":"c1"})", limits);
    STRCMP_EQUAL("hi", body->content->c_str());
    STRCMP_EQUAL("c1", body->client_msg_id->c_str());

    auto empty = read_send("", limits);
    CHECK_FALSE(empty->content.has_value());
    CHECK_FALSE(empty->client_msg_id.has_value());
    STRCMP_EQUAL("invalid_argument content:type client_msg_id:type",
                 outcome(read_send(R"({"client_msg_id":1,"content":2})", limits)).c_str());
}

TEST(Requests, MarksAreIntegersThatJavaScriptCanHold) {
    CHECK_EQUAL(88U, *read_mark(R"({"seq":88})", limits)->seq);
    CHECK_EQUAL(0U, *read_mark(R"({"seq":0})", limits)->seq);
    CHECK_FALSE(read_mark("{}", limits)->seq.has_value());
    CHECK_EQUAL(9007199254740991U, *read_mark(R"({"seq":9007199254740991})", limits)->seq);
    STRCMP_EQUAL("invalid_argument seq:range", outcome(read_mark(R"({"seq":9007199254740992})", limits)).c_str());
    STRCMP_EQUAL("invalid_argument seq:range", outcome(read_mark(R"({"seq":-1})", limits)).c_str());
    STRCMP_EQUAL("invalid_argument seq:type", outcome(read_mark(R"({"seq":"88"})", limits)).c_str());
    STRCMP_EQUAL("bad_json", outcome(read_mark(R"({"seq":88.0})", limits)).c_str());
}

TEST(Requests, AnIdThatNoUserHasIsNoRefusedValue) {
    CHECK_EQUAL(9U, **read_other_user(R"({"other_user_id":9})", limits));
    CHECK_EQUAL(0U, **read_other_user(R"({"other_user_id":-5})", limits));
    CHECK_FALSE(read_other_user("", limits)->has_value());
    STRCMP_EQUAL("invalid_argument other_user_id:type",
                 outcome(read_other_user(R"({"other_user_id":"9"})", limits)).c_str());
}

TEST(Requests, SingleTextsAreRequired) {
    STRCMP_EQUAL("t", read_refresh(R"({"refresh_token":"t"})", limits)->c_str());
    STRCMP_EQUAL("invalid_argument refresh_token:required", outcome(read_refresh("{}", limits)).c_str());
    STRCMP_EQUAL("Bo", read_display_name(R"({"display_name":"Bo"})", limits)->c_str());
    STRCMP_EQUAL("invalid_argument display_name:required", outcome(read_display_name("", limits)).c_str());
}
