// tests/integration/access_control.cpp — Every endpoint with a room or message in its path, for
// whoever may not see it: same status, same bytes as for what does not exist.
#include <array>

#include "tests/support/http.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

struct Call {
    const char* method;
    const char* path;  // {room} and {message} are replaced
    const char* body;
};

constexpr std::array kPrivateCalls = {
    Call{"GET", "/chat/rooms/{room}", ""},
    Call{"GET", "/chat/rooms/{room}/messages", ""},
    Call{"POST", "/chat/rooms/{room}/messages", R"({"content":"hello","client_msg_id":"x"})"},
    Call{"POST", "/chat/rooms/{room}/messages?content=hello", ""},
    Call{"PUT", "/chat/rooms/{room}/read", "{}"},
    Call{"PUT", "/chat/rooms/{room}/read", R"({"seq":1})"},
    Call{"POST", "/chat/rooms/{room}/typing", ""},
    Call{"PUT", "/chat/messages/{message}/read", ""},
};

constexpr std::array kAllCalls = {
    Call{"GET", "/users/me", ""},
    Call{"PATCH", "/users/me", R"({"display_name":"x"})"},
    Call{"GET", "/users?username=someone", ""},
    Call{"GET", "/users/1", ""},
    Call{"POST", "/chat/rooms", R"({"other_user_id":1})"},
    Call{"GET", "/chat/rooms", ""},
    Call{"GET", "/chat/rooms/{room}", ""},
    Call{"GET", "/chat/rooms/{room}/messages", ""},
    Call{"POST", "/chat/rooms/{room}/messages", R"({"content":"hello"})"},
    Call{"PUT", "/chat/rooms/{room}/read", "{}"},
    Call{"POST", "/chat/rooms/{room}/typing", ""},
    Call{"PUT", "/chat/messages/{message}/read", ""},
    Call{"GET", "/chat/unread", ""},
    Call{"GET", "/chat/sync", ""},
    Call{"GET", "/chat/blocks", ""},
    Call{"PUT", "/chat/blocks/1", ""},
    Call{"DELETE", "/chat/blocks/1", ""},
    Call{"POST", "/auth/logout", ""},
};

std::string with(std::string path, const std::string& room, const std::string& message) {
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"{room}", room}, {"{message}", message}}) {
        if (const std::size_t at = path.find(key); at != std::string::npos) path.replace(at, key.size(), value);
    }
    return path;
}

std::string without_request_id(const HttpReply& reply) {
    std::string body = reply.body;
    const std::string id = reply.text("request_id");
    if (const std::size_t at = body.find(id); !id.empty() && at != std::string::npos) body.replace(at, id.size(), "");
    return body;
}

}  // namespace

TEST_GROUP(AccessControl) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    Person eve = new_person("eve");
    std::string room = std::to_string(room_of(anna, ben));
    std::string message = std::to_string(
        http.post("/chat/rooms/" + room + "/messages", anna.token, R"({"content":"private"})").number("id"));

    HttpReply call(const Call& what, const std::string& token, const std::string& in_room,
                   const std::string& in_message) {
        return http.send({.method = what.method,
                          .path = with(what.path, in_room, in_message),
                          .token = token,
                          .body = what.body,
                          .headers = {}});
    }
};

TEST(AccessControl, AStrangerCannotTellAForeignRoomFromNone) {
    for (const Call& what : kPrivateCalls) {
        const HttpReply foreign = call(what, eve.token, room, message);
        const HttpReply missing = call(what, eve.token, "9007199254740991", "9007199254740991");

        LONGS_EQUAL_TEXT(404, foreign.status, what.path);
        STRCMP_EQUAL_TEXT(without_request_id(missing).c_str(), without_request_id(foreign).c_str(), what.path);
    }
    LONGS_EQUAL(1, http.get("/chat/rooms/" + room, ben.token).number("last_seq"));
}

TEST(AccessControl, NothingIsAnsweredWithoutAToken) {
    for (const Call& what : kAllCalls) {
        const HttpReply reply = call(what, "", room, message);

        LONGS_EQUAL_TEXT(401, reply.status, what.path);
        STRCMP_EQUAL_TEXT("unauthenticated", reply.text("code").c_str(), what.path);
        CHECK_FALSE_TEXT(reply.header("www-authenticate").empty(), what.path);
    }
}

TEST(AccessControl, NothingIsAnsweredToAForgedToken) {
    std::string forged = anna.token;
    forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
    for (const Call& what : kAllCalls) LONGS_EQUAL_TEXT(401, call(what, forged, room, message).status, what.path);
    LONGS_EQUAL(401, http.get("/users/me", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.").status);
    LONGS_EQUAL(
        401,
        http.send({.path = "/users/me", .token = {}, .body = {}, .headers = {"Authorization: Basic YTpi"}}).status);
}

TEST(AccessControl, ADisabledMemberIsToldSoEverywhere) {
    LONGS_EQUAL(0, billetctl({"user", "disable", ben.name}).exit_code);

    for (const Call& what : kAllCalls) {
        const HttpReply reply = call(what, ben.token, room, message);

        LONGS_EQUAL_TEXT(403, reply.status, what.path);
        STRCMP_EQUAL_TEXT("account_disabled", reply.text("code").c_str(), what.path);
    }
}

TEST(AccessControl, ABlockedMemberReadsButDoesNotWrite) {
    LONGS_EQUAL(204, http.put("/chat/blocks/" + std::to_string(anna.id), ben.token).status);

    for (const Call& what : kPrivateCalls) {
        const bool sends = std::string_view(what.path).find("/messages") != std::string_view::npos &&
                           std::string_view(what.method) == "POST";
        const int status = call(what, anna.token, room, message).status;
        if (sends) {
            LONGS_EQUAL_TEXT(403, status, what.path);
        } else {
            CHECK_TRUE_TEXT(status == 200 || status == 204, what.path);
        }
    }
}

TEST(AccessControl, AnExpiredTokenSaysSo) {
    const Finished issued = billetctl({"token", "issue", "--user", anna.name, "--ttl", "1"});
    LONGS_EQUAL_TEXT(0, issued.exit_code, issued.out.c_str());
    std::string token = issued.out;
    while (!token.empty() && token.back() == '\n') token.pop_back();
    sleep_ms(2100);  // far beyond its second

    const HttpReply reply = http.get("/users/me", token);

    LONGS_EQUAL(401, reply.status);
    STRCMP_EQUAL("token_expired", reply.text("code").c_str());
}
