// tests/integration/rest_contract.cpp — Every call of the contract once, as a client sees it
// through nginx.
#include <cstdint>

#include "tests/support/http.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(RestContract) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);

    std::string room_path() {
        return "/chat/rooms/" + std::to_string(room);
    }
    HttpReply say(const Person& from, const std::string& content, const std::string& id = {}) {
        std::string body = R"({"content":)" + json_string(content);
        if (!id.empty()) body += R"(,"client_msg_id":)" + json_string(id);
        return http.post(room_path() + "/messages", from.token, body + "}");
    }
    void expect_problem(const HttpReply& reply, int status, const char* code) {
        LONGS_EQUAL(status, reply.status);
        STRCMP_EQUAL("application/problem+json", reply.header("content-type").c_str());
        STRCMP_EQUAL(code, reply.text("code").c_str());
        LONGS_EQUAL(status, reply.number("status"));
        CHECK_FALSE(reply.text("title").empty());
        CHECK_FALSE(reply.text("detail").empty());
        STRCMP_EQUAL(reply.header("x-request-id").c_str(), reply.text("request_id").c_str());
    }
};

TEST(RestContract, RegistrationAnswersTokensAndUser) {
    const std::string name = fresh_name("carl");
    const HttpReply reply =
        http.post("/auth/register", "",
                  R"({"username":)" + json_string(name) + R"(,"password":"eight by","display_name":" Carl Ä "})");
    const wire::Json body = reply.json();

    LONGS_EQUAL(201, reply.status);
    STRCMP_EQUAL("bearer", text_of(body, "token_type").c_str());
    LONGS_EQUAL(900, number_of(body, "expires_in"));
    STRCMP_EQUAL("Carl Ä", text_of(member_of(body, "user"), "display_name").c_str());
    CHECK_FALSE(text_of(body, "refresh_token").empty());
}

TEST(RestContract, LoginRefreshAndLogoutFollowOneSession) {
    const HttpReply login =
        http.post("/auth/login", "", R"({"username":)" + json_string(anna.name) + R"(,"password":"a good password"})");
    LONGS_EQUAL(200, login.status);
    const HttpReply refreshed =
        http.post("/auth/refresh", "", R"({"refresh_token":)" + json_string(login.text("refresh_token")) + "}");
    LONGS_EQUAL(200, refreshed.status);
    LONGS_EQUAL(200, http.get("/users/me", refreshed.text("access_token")).status);

    LONGS_EQUAL(204, http.post("/auth/logout", refreshed.text("access_token"), "").status);

    expect_problem(http.get("/users/me", refreshed.text("access_token")), 401, "unauthenticated");
    expect_problem(http.get("/users/me", login.text("access_token")), 401, "unauthenticated");
    LONGS_EQUAL(200, http.get("/users/me", anna.token).status);  // another session
}

TEST(RestContract, ASpentRefreshTokenEndsTheSession) {
    const HttpReply second =
        http.post("/auth/refresh", "", R"({"refresh_token":)" + json_string(anna.refresh_token) + "}");
    LONGS_EQUAL(200, second.status);

    expect_problem(http.post("/auth/refresh", "", R"({"refresh_token":)" + json_string(anna.refresh_token) + "}"), 401,
                   "unauthenticated");

    expect_problem(http.get("/users/me", second.text("access_token")), 401, "unauthenticated");
}

TEST(RestContract, AWrongPasswordAndAnUnknownNameGiveTheSameBytes) {
    HttpReply wrong =
        http.post("/auth/login", "", R"({"username":)" + json_string(anna.name) + R"(,"password":"not that one"})");
    HttpReply unknown = http.post("/auth/login", "", R"({"username":"nobody-at-all","password":"not that one"})");

    expect_problem(wrong, 401, "unauthenticated");
    wrong.body.replace(wrong.body.find(wrong.text("request_id")), 32, "");
    unknown.body.replace(unknown.body.find(unknown.text("request_id")), 32, "");
    STRCMP_EQUAL(wrong.body.c_str(), unknown.body.c_str());
}

TEST(RestContract, ProfilesAreReadAndRenamed) {
    const HttpReply renamed = http.patch("/users/me", anna.token, R"({"display_name":"Anna B."})");

    LONGS_EQUAL(200, renamed.status);
    STRCMP_EQUAL("user", renamed.text("role").c_str());
    CHECK_FALSE(renamed.text("created_at").empty());
    const HttpReply card = http.get("/users/" + std::to_string(anna.id), ben.token);
    STRCMP_EQUAL("Anna B.", card.text("display_name").c_str());
    CHECK_TRUE(card.json().find("role") == nullptr);
    LONGS_EQUAL(1, http.get("/users?username=" + anna.name, ben.token).json().items.size());
    LONGS_EQUAL(1, http.get("/users?prefix=" + anna.name.substr(0, 12), ben.token).json().items.size());
    LONGS_EQUAL(0, http.get("/users?username=no-such-name", ben.token).json().items.size());
}

TEST(RestContract, ARoomIsMadeOnceAndSeenFromBothSides) {
    const Person cleo = new_person("cleo");
    const HttpReply made = http.post("/chat/rooms", anna.token, R"({"other_user_id":)" + std::to_string(cleo.id) + "}");
    const HttpReply again =
        http.post("/chat/rooms", cleo.token, R"({"other_user_id":)" + std::to_string(anna.id) + "}");

    LONGS_EQUAL(201, made.status);
    LONGS_EQUAL(200, again.status);
    LONGS_EQUAL(made.number("id"), again.number("id"));
    CHECK_TRUE(made.number("user1_id") < made.number("user2_id"));
    CHECK_TRUE(made.json().find("last_message")->kind == wire::JsonKind::kNull);
    LONGS_EQUAL(anna.id, number_of(member_of(again.json(), "peer"), "id"));
}

TEST(RestContract, TheSeedsQueryFormsWorkWithStatus200) {
    const Person cleo = new_person("cleo");
    const HttpReply made = http.post("/chat/rooms?other_user_id=" + std::to_string(cleo.id), anna.token, "");
    LONGS_EQUAL(200, made.status);

    const HttpReply sent = http.post(
        "/chat/rooms/" + std::to_string(made.number("id")) + "/messages?content=hello+w%C3%B6rld", anna.token, "");

    LONGS_EQUAL(200, sent.status);
    STRCMP_EQUAL("hello wörld", sent.text("content").c_str());
}

TEST(RestContract, AMessageIsStoredAnsweredAndListed) {
    const HttpReply sent = say(anna, "first", "id-1");
    const HttpReply page = http.get(room_path() + "/messages", ben.token);

    LONGS_EQUAL(201, sent.status);
    LONGS_EQUAL(1, sent.number("seq"));
    LONGS_EQUAL(anna.id, sent.number("sender_id"));
    STRCMP_EQUAL("id-1", sent.text("client_msg_id").c_str());
    LONGS_EQUAL(1, page.json().items.size());
    STRCMP_EQUAL("first", text_of(page.json().items[0], "content").c_str());
    CHECK_TRUE(page.json().items[0].find("client_msg_id") == nullptr);
    STRCMP_CONTAINS("\"sends\";q=", sent.header("ratelimit-policy").c_str());
    STRCMP_CONTAINS("\"sends\";r=", sent.header("ratelimit").c_str());
}

TEST(RestContract, ARetryIsReplayedAndOtherContentIsAConflict) {
    const HttpReply first = say(anna, "once", "id-1");

    const HttpReply again = say(anna, "once", "id-1");
    const HttpReply other = say(anna, "twice", "id-1");

    LONGS_EQUAL(200, again.status);
    STRCMP_EQUAL("true", again.header("idempotency-replayed").c_str());
    STRCMP_EQUAL(first.body.c_str(), again.body.c_str());
    expect_problem(other, 409, "idempotency_conflict");
}

TEST(RestContract, TheIdempotencyKeyIsTheClientMsgId) {
    const std::string body = R"({"content":"by header"})";
    const auto send = [&](const std::string& header, const std::string& text) {
        return http.send({.method = "POST",
                          .path = room_path() + "/messages",
                          .token = anna.token,
                          .body = text,
                          .headers = {header}});
    };

    const HttpReply bare = send("Idempotency-Key: key-7", body);
    const HttpReply quoted_form = send("Idempotency-Key: \"key-7\"", body);
    const HttpReply differing = send("Idempotency-Key: key-8", R"({"content":"by header","client_msg_id":"key-9"})");

    LONGS_EQUAL(201, bare.status);
    STRCMP_EQUAL("key-7", bare.text("client_msg_id").c_str());
    LONGS_EQUAL(200, quoted_form.status);
    expect_problem(differing, 422, "invalid_argument");
    expect_problem(send("Idempotency-Key;", body), 422, "invalid_argument");
}

TEST(RestContract, HistoryPagesBothWaysByLinks) {
    for (int i = 1; i <= 7; ++i) LONGS_EQUAL(201, say(i % 2 == 0 ? anna : ben, "m" + std::to_string(i)).status);

    const HttpReply newest = http.get(room_path() + "/messages?limit=3", anna.token);
    LONGS_EQUAL(3, newest.json().items.size());
    LONGS_EQUAL(5, number_of(newest.json().items[0], "seq"));
    STRCMP_CONTAINS("rel=\"prev\"", newest.header("link").c_str());
    CHECK_TRUE(newest.header("link").find("rel=\"next\"") == std::string::npos);

    const HttpReply older = http.get(room_path() + "/messages?limit=3&before_seq=5", anna.token);
    LONGS_EQUAL(2, number_of(older.json().items[0], "seq"));
    STRCMP_CONTAINS("rel=\"prev\"", older.header("link").c_str());
    STRCMP_CONTAINS("rel=\"next\"", older.header("link").c_str());

    const HttpReply after = http.get(room_path() + "/messages?limit=200&after_seq=4", anna.token);
    LONGS_EQUAL(3, after.json().items.size());
    LONGS_EQUAL(5, number_of(after.json().items[0], "seq"));
    const HttpReply around = http.get(room_path() + "/messages?limit=3&around_seq=4", anna.token);
    LONGS_EQUAL(3, around.json().items.size());
    expect_problem(http.get(room_path() + "/messages?before_seq=2&after_seq=1", anna.token), 422, "invalid_argument");
}

TEST(RestContract, ReadingMovesMarksAndCounts) {
    const HttpReply first = say(anna, "one");
    say(anna, "two");
    say(anna, "three");
    LONGS_EQUAL(3, http.get("/chat/unread", ben.token).number("total_unread"));

    const HttpReply read = http.put("/chat/messages/" + std::to_string(first.number("id")) + "/read", ben.token);
    LONGS_EQUAL(200, read.status);
    CHECK_TRUE(read.json().find("is_read")->boolean);
    LONGS_EQUAL(2, http.get(room_path(), ben.token).number("unread_count"));

    const HttpReply all = http.put(room_path() + "/read", ben.token, "{}");
    LONGS_EQUAL(200, all.status);
    LONGS_EQUAL(3, all.number("read_seq"));
    LONGS_EQUAL(0, all.number("unread_count"));
    LONGS_EQUAL(3, http.get(room_path(), anna.token).number("peer_read_seq"));
    LONGS_EQUAL(0, http.get("/chat/unread", ben.token).number("rooms_unread"));
    LONGS_EQUAL(3, http.put(room_path() + "/read", ben.token, R"({"seq":1})").number("read_seq"));
}

TEST(RestContract, RoomsAreListedByActivityWithALink) {
    const Person cleo = new_person("cleo");
    const std::uint64_t other = room_of(anna, cleo);
    say(ben, "makes this room the latest");

    const HttpReply first = http.get("/chat/rooms?limit=1", anna.token);
    LONGS_EQUAL(room, number_of(first.json().items[0], "id"));
    const std::string link = first.header("link");
    STRCMP_CONTAINS("rel=\"next\"", link.c_str());
    const HttpReply second = http.get(link.substr(1, link.find('>') - 1), anna.token);

    LONGS_EQUAL(1, second.json().items.size());
    LONGS_EQUAL(other, number_of(second.json().items[0], "id"));
    STRCMP_EQUAL("", second.header("link").c_str());
}

TEST(RestContract, SyncGivesTheLogFromAnyPosition) {
    const HttpReply head = http.get("/chat/sync", ben.token);
    const std::string epoch = head.text("epoch");
    say(anna, "event");
    http.put(room_path() + "/read", ben.token, "{}");

    const HttpReply page =
        http.get("/chat/sync?cursor=" + std::to_string(head.number("cursor")) + "&epoch=" + epoch, ben.token);
    const wire::Json body = page.json();

    LONGS_EQUAL(0, member_of(head.json(), "events").items.size());
    const auto& events = member_of(body, "events").items;
    LONGS_EQUAL(2, events.size());
    STRCMP_EQUAL("chat_message", text_of(events[0], "type").c_str());
    STRCMP_EQUAL("message_read", text_of(events[1], "type").c_str());
    LONGS_EQUAL(1, number_of(member_of(events[0], "payload"), "unread_count"));
    LONGS_EQUAL(0, number_of(member_of(events[1], "payload"), "total_unread"));
    LONGS_EQUAL(number_of(events[1], "cursor"), number_of(body, "cursor"));
    STRCMP_EQUAL(
        "room_created",
        text_of(member_of(http.get("/chat/sync?cursor=0&epoch=" + epoch, ben.token).json(), "events").items[0], "type")
            .c_str());
}

TEST(RestContract, SyncRefusesWhatItCannotContinue) {
    const std::string epoch = http.get("/chat/sync", ben.token).text("epoch");

    expect_problem(http.get("/chat/sync?cursor=1&epoch=other", ben.token), 410, "resync_required");
    expect_problem(http.get("/chat/sync?cursor=999999&epoch=" + epoch, ben.token), 410, "resync_required");
    expect_problem(http.get("/chat/sync?cursor=1", ben.token), 422, "invalid_argument");
}

TEST(RestContract, BlockingStopsMessagesBothWaysAndIsListed) {
    LONGS_EQUAL(204, http.put("/chat/blocks/" + std::to_string(anna.id), ben.token).status);
    LONGS_EQUAL(204, http.put("/chat/blocks/" + std::to_string(anna.id), ben.token).status);

    expect_problem(say(anna, "blocked"), 403, "cannot_message");
    expect_problem(say(ben, "blocked too"), 403, "cannot_message");
    LONGS_EQUAL(anna.id, number_of(http.get("/chat/blocks", ben.token).json().items.at(0), "id"));
    LONGS_EQUAL(0, http.get("/chat/blocks", anna.token).json().items.size());
    LONGS_EQUAL(204, http.post(room_path() + "/typing", anna.token, "").status);
    LONGS_EQUAL(200, http.get(room_path() + "/messages", anna.token).status);

    LONGS_EQUAL(204, http.del("/chat/blocks/" + std::to_string(anna.id), ben.token).status);
    LONGS_EQUAL(201, say(anna, "again").status);
}

TEST(RestContract, HealthIsPublicAndReadyNamesItsDependencies) {
    STRCMP_EQUAL(R"({"status":"ok"})", http.get("/healthz").body.c_str());
    const HttpReply ready = http.get("/readyz");
    LONGS_EQUAL(200, ready.status);
    STRCMP_CONTAINS("database", ready.body.c_str());
    STRCMP_CONTAINS("redis", ready.body.c_str());
    STRCMP_CONTAINS("wsd", ready.body.c_str());
}

TEST(RestContract, UnknownPathsAndMethodsSaySo) {
    expect_problem(http.get("/chat/nothing", anna.token), 404, "not_found");
    const HttpReply reply =
        http.send({.method = "DELETE", .path = "/chat/rooms", .token = anna.token, .body = {}, .headers = {}});
    expect_problem(reply, 405, "method_not_allowed");
    STRCMP_CONTAINS("GET", reply.header("allow").c_str());
}

TEST(RestContract, ADisabledAccountIsOutAtItsNextRequestAndItsOldTokensForGood) {
    LONGS_EQUAL(0, billetctl({"user", "disable", ben.name}).exit_code);

    expect_problem(http.get("/chat/rooms", ben.token), 403, "account_disabled");
    expect_problem(say(anna, "to a disabled peer"), 403, "cannot_message");
    expect_problem(
        http.post("/auth/login", "", R"({"username":)" + json_string(ben.name) + R"(,"password":"a good password"})"),
        403, "account_disabled");

    LONGS_EQUAL(0, billetctl({"user", "enable", ben.name}).exit_code);
    expect_problem(http.get("/chat/rooms", ben.token), 401, "unauthenticated");
    expect_problem(http.post("/auth/refresh", "", R"({"refresh_token":)" + json_string(ben.refresh_token) + "}"), 401,
                   "unauthenticated");
    const HttpReply login =
        http.post("/auth/login", "",
                  R"({"username":)" + json_string(ben.name) + R"(,"password":)" + json_string(ben.password) + "}");
    LONGS_EQUAL(200, http.get("/chat/rooms", login.text("access_token")).status);
}

TEST(RestContract, NothingMovesAcrossABlockAndWhatIsDueComesWhenItEnds) {
    const std::string here = "/chat/rooms/" + std::to_string(room);
    LONGS_EQUAL(201, say(anna, "before the block").status);
    LONGS_EQUAL(204, http.put("/chat/blocks/" + std::to_string(anna.id), ben.token).status);
    const std::uint64_t before = http.get("/chat/sync", anna.token).number("cursor");
    const std::string seen = http.get(here, anna.token).body;

    LONGS_EQUAL(0, http.put(here + "/read", ben.token, "{}").number("unread_count"));
    LONGS_EQUAL(200, http.patch("/users/me", ben.token, R"({"display_name":"Benjamin"})").status);

    LONGS_EQUAL(before, http.get("/chat/sync", anna.token).number("cursor"));
    STRCMP_EQUAL(seen.c_str(), http.get(here, anna.token).body.c_str());
    LONGS_EQUAL(204, http.del("/chat/blocks/" + std::to_string(anna.id), ben.token).status);
    LONGS_EQUAL(before + 1, http.get("/chat/sync", anna.token).number("cursor"));
    LONGS_EQUAL(1, http.get(here, anna.token).number("peer_read_seq"));
    STRCMP_CONTAINS("Benjamin", http.get(here, anna.token).body.c_str());
}

TEST(RestContract, TheOperatorIssuesTokensAndRevokesSessions) {
    const std::string name = fresh_name("olga");
    LONGS_EQUAL(0, billetctl({"user", "add", name, "--password-stdin"}, "a good password").exit_code);
    std::string token = billetctl({"token", "issue", "--user", name}).out;
    while (!token.empty() && token.back() == '\n') token.pop_back();

    LONGS_EQUAL(200, http.get("/users/me", token).status);
    STRCMP_EQUAL(name.c_str(), http.get("/users/me", token).text("username").c_str());
    CHECK_TRUE(billetctl({"user", "add", name, "--password-stdin"}, "a good password").exit_code != 0);
}
