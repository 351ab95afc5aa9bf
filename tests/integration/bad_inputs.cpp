// tests/integration/bad_inputs.cpp — A table of bad requests through nginx; after each one the
// service is alive and the same processes serve.
#include <array>
#include <cstdio>

#include "tests/support/http.h"
#include "tests/support/raw_socket.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

struct BodyCase {
    const char* name;
    std::string body;
    int status;
    const char* code;
};

std::string repeated(const std::string& text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

// Bodies of POST /chat/rooms/{id}/messages.
std::vector<BodyCase> send_bodies() {
    const auto content = [](const std::string& text) { return R"({"content":")" + text + R"("})"; };
    return {
        {"no JSON", "hello", 400, "bad_json"},
        {"half an object", R"({"content":"x")", 400, "bad_json"},
        {"text after the object", R"({"content":"x"} y)", 400, "bad_json"},
        {"two objects", R"({"content":"x"}{"content":"y"})", 400, "bad_json"},
        {"trailing comma", R"({"content":"x",})", 400, "bad_json"},
        {"single quotes", R"({'content':'x'})", 400, "bad_json"},
        {"a comment", R"({"content":"x"/* */})", 400, "bad_json"},
        {"NaN", R"({"content":NaN})", 400, "bad_json"},
        {"a BOM", "\xEF\xBB\xBF{\"content\":\"x\"}", 400, "bad_json"},
        {"a raw NUL in a string", std::string("{\"content\":\"a\0b\"}", 17), 400, "bad_json"},
        {"a NUL after the object", std::string("{\"content\":\"a\"}\0", 16), 400, "bad_json"},
        {"an escaped NUL", R"({"content":"a\u0000b"})", 400, "bad_json"},
        {"a raw control character", "{\"content\":\"a\x01z\"}", 400, "bad_json"},
        {"a raw line break in a string", "{\"content\":\"a\nb\"}", 400, "bad_json"},
        {"bad UTF-8", "{\"content\":\"\xFF\xFE\"}", 400, "bad_json"},
        {"overlong UTF-8", "{\"content\":\"\xC0\xAF\"}", 400, "bad_json"},
        {"a UTF-8 surrogate", "{\"content\":\"\xED\xA0\x80\"}", 400, "bad_json"},
        {"UTF-8 cut short", "{\"content\":\"\xE2\x82\"}", 400, "bad_json"},
        {"a lone high surrogate", R"({"content":"\uD800"})", 400, "bad_json"},
        {"a lone low surrogate", R"({"content":"\uDC00"})", 400, "bad_json"},
        {"swapped surrogates", R"({"content":"\uDC00\uD800"})", 400, "bad_json"},
        {"a bad escape", R"({"content":"\q"})", 400, "bad_json"},
        {"a short unicode escape", R"({"content":"\u12"})", 400, "bad_json"},
        {"duplicate keys", R"({"content":"a","content":"b"})", 400, "bad_json"},
        {"duplicate keys by escape", R"({"content":"a","c\u006fntent":"b"})", 400, "bad_json"},
        {"17 open brackets", repeated("[", 17), 400, "bad_json"},
        {"objects of depth 17", repeated(R"({"a":)", 17) + "1" + repeated("}", 17), 400, "bad_json"},
        {"depth 17", repeated("[", 17) + repeated("]", 17), 400, "bad_json"},
        {"300 values", "[" + repeated("1,", 300) + "1]", 400, "bad_json"},
        {"a fraction", R"({"content":1.5})", 400, "bad_json"},
        {"an exponent", R"({"content":1e3})", 400, "bad_json"},
        {"a negative exponent", R"({"content":1e-3})", 400, "bad_json"},
        {"2 to the 64th", R"({"content":18446744073709551616})", 400, "bad_json"},
        {"forty digits", R"({"content":)" + std::string(40, '9') + "}", 400, "bad_json"},
        {"UTF-16", std::string("{\0\"\0c\0\"\0", 8), 400, "bad_json"},
        {"an array", R"(["content"])", 422, "invalid_argument"},
        {"a string", R"("content")", 422, "invalid_argument"},
        {"null", "null", 422, "invalid_argument"},
        {"an unknown member", R"({"content":"x","colour":"red"})", 400, "unknown_field"},
        {"another case of a member", R"({"Content":"x"})", 400, "unknown_field"},
        {"an empty member name", R"({"":"x"})", 400, "unknown_field"},
        {"__proto__", R"({"content":"x","__proto__":{}})", 400, "unknown_field"},
        {"no content", "{}", 422, "invalid_argument"},
        {"null content", R"({"content":null})", 422, "invalid_argument"},
        {"a number for content", R"({"content":5})", 422, "invalid_argument"},
        {"a list for content", R"({"content":["x"]})", 422, "invalid_argument"},
        {"an object for content", R"({"content":{"x":"y"}})", 422, "invalid_argument"},
        {"empty content", content(""), 422, "invalid_argument"},
        {"blanks only", content("  \\t\\n "), 422, "invalid_argument"},
        {"only characters that show nothing", content("\u2060\u3164\u2800\uFE0F"), 422, "invalid_argument"},
        {"unicode blanks only", content("\xE2\x80\x83\xC2\xA0\xE3\x80\x80"), 422, "invalid_argument"},
        {"4,001 code points", content(std::string(4001, 'x')), 422, "invalid_argument"},
        {"16,001 bytes", content(repeated("\xF0\x9F\x98\x80", 4000) + "x"), 422, "invalid_argument"},
        {"an id with a blank", R"({"content":"x","client_msg_id":"a b"})", 422, "invalid_argument"},
        {"an empty id", R"({"content":"x","client_msg_id":""})", 422, "invalid_argument"},
        {"an id of 65 bytes", R"({"content":"x","client_msg_id":")" + std::string(65, 'a') + R"("})", 422,
         "invalid_argument"},
        {"an id that is not ASCII", R"({"content":"x","client_msg_id":"ä"})", 422, "invalid_argument"},
        {"an id with a line break", R"({"content":"x","client_msg_id":"a\nb"})", 422, "invalid_argument"},
        {"a number for an id", R"({"content":"x","client_msg_id":7})", 422, "invalid_argument"},
        {"a null id", R"({"content":"x","client_msg_id":null})", 422, "invalid_argument"},
        {"64 KiB and one byte", content(std::string(65523, 'x')), 413, "too_large"},
        {"a megabyte", content(std::string(std::size_t{1} << 20U, 'x')), 413, "too_large"},
    };
}

struct PathCase {
    const char* method;
    std::string path;
    std::string body;
    int status;
};

std::vector<PathCase> path_cases(const std::string& room) {
    return {
        {"GET", "/chat/rooms/0", "", 404},
        {"GET", "/chat/rooms/-1", "", 404},
        {"GET", "/chat/rooms/+1", "", 404},
        {"GET", "/chat/rooms/01", "", 404},
        {"GET", "/chat/rooms/1.0", "", 404},
        {"GET", "/chat/rooms/1e1", "", 404},
        {"GET", "/chat/rooms/abc", "", 404},
        {"GET", "/chat/rooms/%31", "", 404},
        {"GET", "/chat/rooms/18446744073709551617", "", 404},
        {"GET", "/chat/rooms/9007199254740992", "", 404},
        {"GET", "/chat/rooms/" + std::string(500, '9'), "", 404},
        {"GET", "/chat/rooms/" + room + "/", "", 404},
        {"GET", "/chat/rooms/" + room + "/messages/", "", 404},
        {"GET", "/chat/rooms/" + room + "/messages?limit=0", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?limit=-5", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?limit=abc", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?limit=", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?before_seq=-1", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?after_seq=x", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?before_seq=3&around_seq=3", "", 422},
        {"GET", "/chat/rooms/" + room + "/messages?limit=100000", "", 200},
        {"GET", "/chat/rooms/" + room + "/messages?unknown=1", "", 200},
        {"GET", "/chat/rooms?before=garbage", "", 422},
        {"GET", "/chat/rooms?limit=9999999999999999999999", "", 200},
        {"GET", "/chat/sync?cursor=x&epoch=y", "", 422},
        {"GET", "/chat/sync?cursor=-1&epoch=y", "", 422},
        {"GET", "/users", "", 422},
        {"GET", "/users/0", "", 404},
        {"GET", "/internal/sync?cursor=0&epoch=x", "", 404},
        {"POST", "/internal/hello", "", 404},
        {"POST", "/internal/heads", "1 x", 404},
        {"POST", "/chat/rooms", "{}", 422},
        {"POST", "/chat/rooms", R"({"other_user_id":"7"})", 422},
        {"POST", "/chat/rooms", R"({"other_user_id":0})", 404},
        {"POST", "/chat/rooms", R"({"other_user_id":-1})", 404},
        {"POST", "/chat/rooms", R"({"other_user_id":9007199254740991})", 404},
        {"POST", "/chat/rooms?other_user_id=abc", "", 422},
        {"POST", "/chat/rooms?other_user_id=-1", "", 404},
        {"POST", "/chat/rooms?other_user_id=9007199254740992", "", 404},
        {"PUT", "/chat/rooms/" + room + "/read", R"({"seq":-1})", 422},
        {"PUT", "/chat/rooms/" + room + "/read", R"({"seq":"1"})", 422},
        {"PUT", "/chat/rooms/" + room + "/read", R"({"seq":null})", 422},
        {"PUT", "/chat/rooms/" + room + "/read", R"({"up_to":1})", 400},
        {"PUT", "/chat/blocks/0", "", 404},
        {"PUT", "/chat/blocks/999999999", "", 404},
        {"PATCH", "/users/me", R"({"display_name":""})", 422},
        {"PATCH", "/users/me", R"({"display_name":"a\u0007b"})", 422},
        {"PATCH", "/users/me", R"({"display_name":"   "})", 422},
        {"PATCH", "/users/me", R"({"display_name":"\u2060"})", 422},
        {"PATCH", "/users/me", R"({"display_name":"An\u202Ena"})", 422},
        {"PATCH", "/users/me", R"({"username":"new"})", 400},
        {"TRACE", "/chat/rooms", "", 405},
        {"BREW", "/chat/rooms", "", 405},
    };
}

struct RawCase {
    const char* name;
    std::string bytes;
    int least;  // the status is in [least, most]; 0: hung up on
    int most;
};

std::vector<RawCase> raw_cases() {
    const std::string host = "Host: x\r\nConnection: close\r\n";
    return {
        {"no request at all", "\r\n\r\n", 0, 400},
        {"garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls", 0, 400},
        {"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, 400},
        {"two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, 400},
        {"a header without a colon", "GET /healthz HTTP/1.1\r\n" + host + "nonsense\r\n\r\n", 200, 400},
        {"a version of the future", "GET /healthz HTTP/3.7\r\n" + host + "\r\n", 400, 505},
        {"a very long line", "GET /" + std::string(70000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 400, 431},
        {"very long headers", "GET /healthz HTTP/1.1\r\n" + host + "X-A: " + std::string(70000, 'a') + "\r\n\r\n", 400,
         494},
        {"a body that is too short",
         "POST /auth/login HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"a\"",
         0, 499},
        {"two lengths", "POST /auth/login HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
         400, 400},
        {"a negative length", "POST /auth/login HTTP/1.1\r\n" + host + "Content-Length: -3\r\n\r\n", 400, 400},
        {"a huge length", "POST /auth/login HTTP/1.1\r\n" + host + "Content-Length: 99999999999999\r\n\r\n", 400, 413},
        {"length and chunked",
         "POST /auth/login HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400, 415},
        {"a bad chunk", "POST /auth/login HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, 400},
        {"a NUL in the path", std::string("GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n", 31), 400, 400},
        {"a broken escape", "GET /chat/%zz HTTP/1.1\r\n" + host + "\r\n", 400, 404},
        {"above the root", "GET /../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", 400, 404},
        {"an upgrade to nothing", "GET /ws HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 400,
         426},
        {"ws without an upgrade", "GET /ws HTTP/1.1\r\n" + host + "\r\n", 426, 426},
    };
}

}  // namespace

TEST_GROUP(BadInputs) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::string room = std::to_string(room_of(anna, ben));
    pid_t first_api = pid_of("api-1");
    pid_t second_api = pid_of("api-2");

    void expect_alive(const char* after) {
        LONGS_EQUAL_TEXT(200, http.get("/healthz").status, after);
        LONGS_EQUAL_TEXT(first_api, pid_of("api-1"), after);
        LONGS_EQUAL_TEXT(second_api, pid_of("api-2"), after);
    }
};

TEST(BadInputs, BodiesAreRefusedByTheRightName) {
    for (const BodyCase& bad : send_bodies()) {
        const HttpReply reply = http.post("/chat/rooms/" + room + "/messages", anna.token, bad.body);

        LONGS_EQUAL_TEXT(bad.status, reply.status, bad.name);
        STRCMP_EQUAL_TEXT(bad.code, reply.text("code").c_str(), bad.name);
        expect_alive(bad.name);
    }
    LONGS_EQUAL(0, http.get("/chat/rooms/" + room, anna.token).number("last_seq"));
}

// The worker hangs up after such a body: nginx must know, or it loses what comes next on that
// connection.
TEST(BadInputs, ABodyThatIsTooLargeCostsTheNextRequestNothing) {
    const std::string path = "/chat/rooms/" + room + "/messages";
    const std::string too_large = R"({"content":")" + std::string(65600, 'x') + "\"}";

    for (int i = 0; i < 40; ++i) {
        LONGS_EQUAL(413, http.post(path, anna.token, too_large).status);
        LONGS_EQUAL(201, http.post(path, anna.token, R"({"content":"next"})").status);
    }
}

TEST(BadInputs, TheLargestMessageIsAccepted) {
    const std::string largest = repeated("\xF0\x9F\x98\x80", 4000);

    const HttpReply sent =
        http.post("/chat/rooms/" + room + "/messages", anna.token, R"({"content":)" + json_string(largest) + "}");

    LONGS_EQUAL(201, sent.status);
    CHECK_TRUE(sent.text("content") == largest);
}

TEST(BadInputs, PathsAndQueriesAreRefusedByTheRightStatus) {
    for (const PathCase& bad : path_cases(room)) {
        const HttpReply reply =
            http.send({.method = bad.method, .path = bad.path, .token = anna.token, .body = bad.body, .headers = {}});

        const std::string what = std::string(bad.method) + " " + bad.path + " " + bad.body;
        LONGS_EQUAL_TEXT(bad.status, reply.status, what.c_str());
        if (bad.status >= 400)
            STRCMP_EQUAL_TEXT("application/problem+json", reply.header("content-type").c_str(), what.c_str());
        expect_alive(what.c_str());
    }
}

TEST(BadInputs, OtherContentTypesAreRefused) {
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1",
                             "multipart/form-data; boundary=x", "json"}) {
        const HttpReply reply = http.send({.method = "POST",
                                           .path = "/chat/rooms/" + room + "/messages",
                                           .token = anna.token,
                                           .body = R"({"content":"x"})",
                                           .content_type = type,
                                           .headers = {}});

        LONGS_EQUAL_TEXT(415, reply.status, type);
        STRCMP_EQUAL_TEXT("unsupported_media_type", reply.text("code").c_str(), type);
    }
    for (const char* type :
         {"application/json;charset=UTF-8", "Application/JSON", "application/json; charset=\"utf-8\""}) {
        const HttpReply reply = http.send({.method = "POST",
                                           .path = "/chat/rooms/" + room + "/messages",
                                           .token = anna.token,
                                           .body = R"({"content":"x"})",
                                           .content_type = type,
                                           .headers = {}});

        LONGS_EQUAL_TEXT(201, reply.status, type);
    }
}

TEST(BadInputs, HostileBytesEndInARefusalOrAHangUp) {
    for (const RawCase& bad : raw_cases()) {
        // nginx hangs up on a client that has closed its side: only where a hang-up is an answer.
        const int status = status_in(exchange(bad.bytes, 3000, bad.least == 0));

        CHECK_TRUE_TEXT(status == 0 ? bad.least == 0 : status >= bad.least && status <= bad.most,
                        (std::string(bad.name) + " gave " + std::to_string(status)).c_str());
        expect_alive(bad.name);
    }
}

TEST(BadInputs, CredentialsAreRefusedByName) {
    const std::array<std::pair<const char*, int>, 12> bodies{
        {{R"({"username":"ab","password":"a good password"})", 422},
         {R"({"username":"ABCDEF","password":"a good password"})", 422},
         {R"({"username":"abcdef","password":"1234567"})", 422},
         {R"({"username":"abcdef","password":"12345678"})", 422},
         {R"({"username":"abcdef","password":"aaaaaaaaaaaa"})", 422},
         {R"({"username":"abcdefgh","password":"ABCDEFGH"})", 422},
         {R"({"username":"abcdef"})", 422},
         {R"({"password":"a good password"})", 422},
         {R"({"username":7,"password":"a good password"})", 422},
         {R"({"username":"abcdef","password":"a good password","role":"admin"})", 400},
         {R"({"username":"abcdef","password":"a good password","display_name":""})", 422},
         {R"([])", 422}}};
    for (const auto& [body, status] : bodies) {
        const HttpReply reply = http.post("/auth/register", "", body);

        LONGS_EQUAL_TEXT(status, reply.status, body);
    }
    LONGS_EQUAL(401, http.post("/auth/refresh", "", R"({"refresh_token":"garbage"})").status);
}
