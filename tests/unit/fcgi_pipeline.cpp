// tests/unit/fcgi_pipeline.cpp — What the pipeline answers, as text cases on fakes.
#include <string>
#include <vector>

#include "fcgi/routes.h"
#include "lib/base/config/api.h"
#include "lib/chat/blocks.h"
#include "tests/unit/fcgi_case.h"

// CppUTest last: it redefines new.
#include "CppUTest/TestHarness.h"

using namespace billet;

#define CASE(text) STRCMP_EQUAL("", world.differs(text).c_str())

TEST_GROUP(Pipeline) {
    tests::PipelineWorld world;
};

TEST(Pipeline, UnknownPathsAre404WithProblemJson) {
    CASE(
        "GET /nowhere as alice\n---\n404\nCache-Control: "
        "no-store\n\n\"code\":\"not_found\"\n\"status\":404\n\"request_id\":\"");
    CASE("GET / as alice\n---\n404");
    CASE("GET /chat/rooms/ as alice\n---\n404");
    CASE("GET //chat/rooms as alice\n---\n404");
    CASE("GET /chat%2Frooms as alice\n---\n404");
    CASE("GET  as alice\n---\n404");
}

TEST(Pipeline, PathIdsArePositiveIntegersBelow2To53) {
    for (const std::string id :
         {"0", "-1", "+1", "01", "abc", "1.0", "9007199254740992", "99999999999999999999999", "1e3", "%31", ""}) {
        CASE("GET /chat/rooms/" + id + "/messages as alice\n---\n404\n\n\"code\":\"not_found\"");
    }
    CASE("GET /chat/rooms/9007199254740991 as alice\n---\n404");
}

TEST(Pipeline, WrongMethodsAre405WithAllow) {
    CASE("DELETE /chat/rooms as alice\n---\n405\nAllow: POST, GET, HEAD\n\n\"code\":\"method_not_allowed\"");
    CASE("GET /auth/login\n---\n405\nAllow: POST");
    CASE("OPTIONS /users/me as alice\n---\n405\nAllow: GET, HEAD, PATCH");
    CASE("PUT /users/me\n---\n405");
    CASE("BREW /healthz\n---\n405");
    CASE("get /healthz\n---\n405");
}

TEST(Pipeline, HeadIsAnsweredAsGet) {
    CASE("HEAD /users/me as alice\n---\n200");
}

TEST(Pipeline, EveryUserRouteNeedsAToken) {
    for (const fcgi::Route& route : fcgi::routes()) {
        if (route.access != fcgi::Access::kUser) continue;
        std::string path(route.path);
        if (const std::size_t at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "1");
        CASE(std::string(route.method) + " " + path +
             "\n---\n401\nWWW-Authenticate: Bearer\n\n\"code\":\"unauthenticated\"");
    }
}

TEST(Pipeline, StrangeAuthorizationsAre401) {
    for (const std::string value : {"Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer \x01", "garbage",
                                    "Bearer {alice}/other-session", "Bearer 99999/session-of-alice"}) {
        CASE("GET /users/me\nAuthorization: " + value +
             "\n---\n401\nWWW-Authenticate: Bearer error=\"invalid_token\"\n!X-Billet-Reason");
    }
    CASE("GET /users/me\nAuthorization: bEaReR   {alice}/session-of-alice\n---\n200");
}

TEST(Pipeline, TheTokenComesBeforeTheBodyAndTheLimitToo) {
    CASE("POST /chat/rooms\nContent-Type: text/html\n\nx\n---\n401");
    world.world.limits.calls_burst = 0;
    CASE("POST /chat/rooms as alice\nContent-Type: text/html\n\nx\n---\n429");
}

TEST(Pipeline, BodiesMustBeJsonInUtf8) {
    CASE(
        "POST /chat/rooms as alice\nContent-Type: "
        "text/plain\n\n{\"other_user_id\":{eve}}\n---\n415\n\n\"code\":\"unsupported_media_type\"");
    CASE("POST /chat/rooms as alice\nContent-Type\n\n{}\n---\n415");
    CASE("POST /chat/rooms as alice\nContent-Type: application/json; charset=latin1\n\n{}\n---\n415");
    CASE("POST /chat/rooms as alice\nContent-Type: application/json; profile=x; charset=latin1\n\n{}\n---\n415");
    CASE("POST /chat/rooms as alice\nContent-Type: application/json; charset\n\n{}\n---\n415");
    CASE("POST /chat/rooms as alice\nContent-Type: application/json; profile=x; charset=utf-8; q\n\n{}\n---\n422");
    CASE("POST /chat/rooms as alice\nContent-Type: application/jsonx\n\n{}\n---\n415");
    CASE(
        "POST /chat/rooms as alice\nContent-Type: Application/JSON ;  "
        "Charset=\"UTF-8\"\n\n{\"other_user_id\":{eve}}\n---\n201");
    CASE("POST /chat/rooms as alice\n\n{\"other_user_id\":\n---\n400\n\n\"code\":\"bad_json\"");
    CASE("POST /chat/rooms as alice\n\n{\"other\":1}\n---\n400\n\n\"code\":\"unknown_field\"");
    CASE("POST /chat/rooms as alice\n\n{\"other_user_id\":\"9\"}\n---\n422\n\n\"field\":\"other_user_id\"");
}

TEST(Pipeline, BodiesMustComeAsTheyAre) {
    const std::string open = "POST /chat/rooms as alice\nContent-Encoding: ";
    for (const std::string coding :
         {"gzip", "GZIP", "br", "identity, gzip", "gzip,identity", "deflate,", "x", "\"identity\"", "identity;q=1"}) {
        CASE(open + coding +
             "\n\n{\"other_user_id\":{eve}}\n---\n415\nAccept-Encoding: "
             "identity\n\n\"code\":\"unsupported_media_type\"");
    }
    CASE(open + "gzip\n---\n415");
    CASE(open + "identity\n\n{\"other_user_id\":{eve}}\n---\n201\n!Accept-Encoding");
    for (const std::string coding : {"Identity", "IDENTITY , identity", "", ",", " , identity,"})
        CASE(open + coding + "\n\n{\"other_user_id\":{eve}}\n---\n200");
    CASE("GET /users/me as alice\nContent-Encoding: gzip\n---\n200");
}

TEST(Pipeline, LimitsByAddressCountNetworks) {
    fcgi::Request request;
    request.method = "POST";
    request.path = "/auth/register";
    request.content_type = "application/json";
    const auto registered_from = [&](const std::string& network) {
        int registered = 0;
        for (int i = 1; i <= 40; ++i) {
            static int names = 0;
            request.body = R"({"username":"new)" + std::to_string(++names) + R"(","password":"correct horse"})";
            request.remote_address = network + std::to_string(i);
            registered += world.serve(request).status == 201 ? 1 : 0;
        }
        return registered;
    };

    LONGS_EQUAL(30, registered_from("2001:db8:0:1::"));
    LONGS_EQUAL(30, registered_from("2001:db8:0:2::"));
    LONGS_EQUAL(40, registered_from("203.0.113."));
    LONGS_EQUAL(40, registered_from("::ffff:203.0.113."));
    request.path = "/auth/login";
    request.body = R"({"username":"new1","password":"wrong"})";
    int tried = 0;
    for (int i = 1; i <= 40; ++i) {
        request.remote_address = "2001:db8::" + std::to_string(i);
        tried += world.serve(request).status == 401 ? 1 : 0;
    }
    LONGS_EQUAL(5, tried);
}

TEST(Pipeline, WhatHashesIsToldByItsRoute) {
    const auto asks = [](const char* method, const char* path) {
        fcgi::Request request;
        request.method = method;
        request.path = path;
        const fcgi::Route* const route = fcgi::match_of(request).route;
        return route != nullptr && route->hashing == fcgi::Hashing::kYes;
    };

    CHECK_TRUE(asks("POST", "/auth/register") && asks("POST", "/auth/login"));
    CHECK_FALSE(asks("GET", "/auth/login") || asks("POST", "/auth/refresh") || asks("GET", "/users/me"));
}

TEST(Pipeline, ARefusalIsAProblemThatSaysWhenToComeBack) {
    fcgi::Request request;
    request.method = "POST";
    request.path = "/auth/login";
    request.request_id = "abc";

    const fcgi::Reply reply = fcgi::refuse(request, unavailable("busy"));

    LONGS_EQUAL(503, reply.status);
    CHECK_TRUE(reply.header("Retry-After") == "1" && reply.header("X-Request-Id") == "abc");
    CHECK_TRUE(reply.body.find("\"code\":\"unavailable\"") != std::string::npos);
}

TEST(Pipeline, TooLongAndBrokenBodiesAreRefused) {
    fcgi::Request request{.method = "POST",
                          .path = "/chat/rooms",
                          .query = {},
                          .content_type = "application/json",
                          .content_encoding = {},
                          .body = {},
                          .remote_address = {},
                          .authorization = world.filled_in("Bearer {alice}/session-of-alice"),
                          .idempotency_key = {},
                          .request_id = {},
                          .cause = {}};
    request.body_state = fcgi::BodyState::kTooLarge;
    LONGS_EQUAL(413, world.serve(request).status);
    request.body_state = fcgi::BodyState::kBadLength;
    LONGS_EQUAL(400, world.serve(request).status);
}

TEST(Pipeline, RequestIdsOfThePeerAreKeptWhenTheyArePlain) {
    CASE("GET /healthz\nRequest-Id: 0123456789abcdef\n---\n200\nX-Request-Id: 0123456789abcdef");
    CASE("GET /nowhere\nRequest-Id: abc\n---\n404\nX-Request-Id: abc\n\n\"request_id\":\"abc\"");
    fcgi::Request strange{.method = "GET",
                          .path = "/healthz",
                          .query = {},
                          .content_type = {},
                          .content_encoding = {},
                          .body = {},
                          .remote_address = {},
                          .authorization = {},
                          .idempotency_key = {},
                          .request_id = "a\r\nb",
                          .cause = {}};
    LONGS_EQUAL(32, world.serve(strange).header("X-Request-Id").size());
}

TEST(Pipeline, TheStoreTriesUntilTheRequestsDeadline) {
    fcgi::Request request;
    request.method = "GET";
    request.path = "/users/me";
    request.authorization = world.filled_in("Bearer {alice}/session-of-alice");
    const auto first = request.read_at;
    for (const std::chrono::seconds later : {std::chrono::seconds{0}, std::chrono::seconds{5}}) {
        request.read_at = first + later;
        LONGS_EQUAL(200, world.serve(request).status);
        CHECK_TRUE(world.world.store.deadline == request.read_at + ApiConfig{}.request_deadline_s);
    }
}

TEST(Pipeline, LimitedCallsTellTheirBucket) {
    CASE("GET /users/me as alice\n---\n200\nRateLimit-Policy: \"calls\";q=60;w=2\nRateLimit: \"calls\";r=59;t=1");
    CASE("GET /healthz\n---\n200\n!RateLimit");
    world.world.limits.calls_burst = 0;
    CASE("GET /users/me as alice\n---\n429\nRetry-After: 1\n\n\"code\":\"rate_limited\"\n\"retry_after\":1");
}

TEST(Pipeline, ARefusedCallerHearsOfNothingElseAndChangesNothing) {
    const std::vector<std::string> calls = {
        "GET /users/me as alice",
        "POST /internal/session as alice\nCaller: wsd",
        "POST /internal/hello?cursor=0&epoch=other as alice\nCaller: wsd",
        "GET /users as alice",
        "GET /chat/rooms?limit=0 as alice",
        "GET /chat/rooms/777 as alice",
        "GET /chat/sync?cursor=0&epoch=other as alice",
        "POST /chat/rooms as alice\nContent-Type: text/plain\n\nx",
        "POST /chat/rooms as alice\nContent-Encoding: gzip\n\nx",
        "POST /chat/rooms as alice\n\n{",
        "POST /chat/rooms as alice\n\n{\"other_user_id\":{alice}}",
        "POST /chat/rooms as alice\n\n{\"other_user_id\":{eve}}",
        "POST /chat/rooms/{room}/messages as alice\n\n{\"content\":\"hi\"}",
        "PUT /chat/rooms/{room}/read as alice\n\n{}",
        "PUT /chat/blocks/{bob} as alice",
        "PATCH /users/me as alice\n\n{\"display_name\":\"Al\"}",
        "POST /chat/rooms/{room}/typing as alice",
        "POST /auth/logout as alice",
    };
    fakes::FakeStore& store = world.world.store;
    const auto refuses = [&](const std::string& reply) {
        for (const std::string& call : calls)
            CASE(call + "\n---\n" + reply.substr(0, 3) + "\n!RateLimit\n!Accept-Encoding\n\n" + reply.substr(4));
    };
    const auto heads = store.state.heads;

    CHECK_TRUE(store.revoke_session("session-of-alice", world.world.alice.user, now()).ok());
    refuses("401 \"code\":\"unauthenticated\"");
    world.world.limits.calls_burst = 0;
    refuses("401 \"code\":\"unauthenticated\"");
    CHECK_TRUE(store.set_disabled(world.world.alice.user, true).ok());
    refuses("403 \"code\":\"account_disabled\"");

    CHECK_TRUE(store.state.heads == heads && store.state.blocks.empty());
    LONGS_EQUAL(1, store.state.rooms.size());
    CHECK_TRUE(store.state.users[world.world.alice.user].user.display_name == "alice");
    CHECK_TRUE(world.world.notifier.typings.empty() && world.world.notifier.revoked.empty());
    LONGS_EQUAL(0, world.world.limiter.count("calls:" + std::to_string(world.world.alice.user.value)));
}

TEST(Pipeline, TheLimitComesBeforeTheBodyAndTheHandler) {
    world.world.limits.calls_burst = 0;
    for (const std::string call :
         {"GET /users as alice", "GET /chat/rooms?limit=0 as alice", "GET /chat/rooms/777 as alice",
          "POST /chat/rooms as alice\nContent-Encoding: gzip\n\nx", "POST /chat/rooms as alice\n\n{",
          "PATCH /users/me as alice\n\n{\"display_name\":\"Al\"}", "PUT /chat/blocks/{bob} as alice"})
        CASE(call + "\n---\n429\n!Accept-Encoding\n\n\"code\":\"rate_limited\"");
    CHECK_TRUE(world.world.store.state.blocks.empty());
    CHECK_TRUE(world.world.store.state.users[world.world.alice.user].user.display_name == "alice");
}

TEST(Pipeline, ACallAsksTheLimiterOnce) {
    for (const std::string call :
         {"GET /users/me as alice\n---\n200", "GET /chat/rooms as alice\n---\n200", "GET /users as alice\n---\n422",
          "POST /chat/rooms as alice\n\n{\"other_user_id\":{bob}}\n---\n200",
          "PUT /chat/blocks/{eve} as alice\n---\n204",
          "POST /chat/rooms/{room}/messages as alice\n\n{\"content\":\"hi\"}\n---\n201",
          "POST /internal/hello?cursor=0&epoch=epoch-1 as alice\nCaller: wsd\n---\n200",
          "POST /auth/login\n\n{\"username\":\"alice\",\"password\":\"wrong horse\"}\n---\n401"}) {
        world.world.limiter.asked = 0;
        CASE(call);
        LONGS_EQUAL(1, world.world.limiter.asked);
    }
}

TEST(Pipeline, WithoutADatabaseNoTokenIsSpent) {
    world.world.store.down = true;
    CASE("GET /users/me as alice\n---\n503\n!RateLimit");
    CASE("GET /chat/unread as alice\n---\n503\n!RateLimit");
    LONGS_EQUAL(0, world.world.limiter.count("calls:" + std::to_string(world.world.alice.user.value)));
}

TEST(Pipeline, ARoomIsMadeOnceAndTheSeedsFormAnswers200) {
    CASE(
        "POST /chat/rooms as alice\n\n{\"other_user_id\":{eve}}\n---\n201\nRateLimit-Policy: "
        "\"rooms\";q=5;w=900\n\n\"last_message\":null");
    CASE("POST /chat/rooms as eve\n\n{\"other_user_id\":{alice}}\n---\n200\nRateLimit-Policy: \"calls\";q=60;w=2");
    CASE("POST /chat/rooms?other_user_id={eve} as bob\n---\n200\n\n\"last_message\":null");
    CASE("POST /chat/rooms?other_user_id=abc as bob\n\n{\"other_user_id\":{eve}}\n---\n200");
    CASE("POST /chat/rooms?other_user_id=abc as bob\n---\n422\n\n\"field\":\"other_user_id\",\"code\":\"type\"");
    CASE("POST /chat/rooms as bob\n---\n422\n\n\"field\":\"other_user_id\",\"code\":\"required\"");
    CASE("POST /chat/rooms as bob\n\n{\"other_user_id\":{bob}}\n---\n422");
    CASE("POST /chat/rooms as bob\n\n{\"other_user_id\":777777}\n---\n404");
}

TEST(Pipeline, RoomListsLinkToTheirNextPage) {
    CASE("POST /chat/rooms as alice\n\n{\"other_user_id\":{eve}}\n---\n201");
    const fcgi::Reply first = world.serve({.method = "GET",
                                           .path = "/chat/rooms",
                                           .query = "limit=1",
                                           .content_type = {},
                                           .content_encoding = {},
                                           .body = {},
                                           .remote_address = {},
                                           .authorization = world.filled_in("Bearer {alice}/session-of-alice"),
                                           .idempotency_key = {},
                                           .request_id = {},
                                           .cause = {}});
    const std::string link(first.header("Link"));
    CHECK_TRUE(link.starts_with("</chat/rooms?before="));
    CHECK_TRUE(link.ends_with("&limit=1>; rel=\"next\""));
    const std::string next = link.substr(1, link.find('>') - 1);
    CASE("GET " + next + " as alice\n---\n200\n!Link\n\n\"id\":{room}");
    for (const std::string position : {"", "x", "1-", "-1", "1-2-3", "1_2", "99999999999999999999-1"}) {
        CASE("GET /chat/rooms?before=" + position + " as alice\n---\n422\n\n\"field\":\"before\"");
    }
}

TEST(Pipeline, LimitsAreCutOrRefused) {
    for (const std::string limit : {"0", "00", "-1", "abc", "", "1.5", "+5", "0x10", "%00", "%zz", "1e2"}) {
        CASE("GET /chat/rooms?limit=" + limit + " as alice\n---\n422\n\n\"field\":\"limit\"");
        CASE("GET /chat/rooms/{room}/messages?limit=" + limit + " as alice\n---\n422\n\n\"field\":\"limit\"");
        CASE("GET /chat/sync?limit=" + limit + " as alice\n---\n422\n\n\"field\":\"limit\"");
    }
    CASE("GET /chat/rooms?limit=99999999999999999999999999 as alice\n---\n200");
    CASE("GET /chat/rooms?limit=1&limit=0&unknown=x&=&& as alice\n---\n200");
}

TEST(Pipeline, SendingTakesTheBodyOrTheSeedsQuery) {
    CASE(
        "POST /chat/rooms/{room}/messages as alice\n\n{\"content\":\"hi\"}\n---\n201\nRateLimit-Policy: "
        "\"sends\";q=20;w=10\nRateLimit: "
        "\"sends\";r=19;t=1\n!Idempotency-Replayed\n\n\"content\":\"hi\"\n\"client_msg_id\":\"");
    CASE("POST /chat/rooms/{room}/messages?content=h%C3%A9+you as alice\n---\n200\n\n\"content\":\"h\xC3\xA9 you\"");
    CASE(
        "POST /chat/rooms/{room}/messages?content=query as "
        "alice\n\n{\"content\":\"body\"}\n---\n201\n\n\"content\":\"body\"");
    CASE(
        "POST /chat/rooms/{room}/messages?content=query as "
        "alice\n\n{\"client_msg_id\":\"m1\"}\n---\n200\n\n\"content\":\"query\"\n\"client_msg_id\":\"m1\"");
    CASE("POST /chat/rooms/{room}/messages?content=%ff as alice\n---\n422\n\n\"field\":\"content\"");
    CASE("POST /chat/rooms/{room}/messages as alice\n---\n422\n\n\"field\":\"content\",\"code\":\"required\"");
    CASE("POST /chat/rooms/{room}/messages as alice\n\n{\"content\":\"  \"}\n---\n422\n\n\"field\":\"content\"");
    CASE("POST /chat/rooms/{room}/messages as eve\n\n{\"content\":\"hi\"}\n---\n404\n\n\"code\":\"not_found\"");
}

TEST(Pipeline, ARetryIsReplayed) {
    CASE(
        "POST /chat/rooms/{room}/messages as "
        "alice\n\n{\"content\":\"hi\",\"client_msg_id\":\"c1\"}\n---\n201\n\n\"client_msg_id\":\"c1\"");
    CASE(
        "POST /chat/rooms/{room}/messages as "
        "alice\n\n{\"content\":\"hi\",\"client_msg_id\":\"c1\"}\n---\n200\nIdempotency-Replayed: true\nRateLimit: "
        "\"sends\";r=19;t=1");
    CASE(
        "POST /chat/rooms/{room}/messages as "
        "alice\n\n{\"content\":\"ho\",\"client_msg_id\":\"c1\"}\n---\n409\n\n\"code\":\"idempotency_conflict\"");
}

TEST(Pipeline, TheIdempotencyKeyIsTheClientMsgId) {
    const std::string send = "POST /chat/rooms/{room}/messages as alice\n";
    CASE(send + "Idempotency-Key: k1\n\n{\"content\":\"a\"}\n---\n201\n\n\"client_msg_id\":\"k1\"");
    CASE(send + "Idempotency-Key: \"k1\"\n\n{\"content\":\"a\"}\n---\n200\nIdempotency-Replayed: true");
    CASE(send + "Idempotency-Key: \"k\\\\2\"\n\n{\"content\":\"a\"}\n---\n201\n\n\"client_msg_id\":\"k\\\\2\"");
    CASE(send + "Idempotency-Key: k1\n\n{\"content\":\"a\",\"client_msg_id\":\"k1\"}\n---\n200");
    CASE(send +
         "Idempotency-Key: k1\n\n{\"content\":\"a\",\"client_msg_id\":\"k2\"}\n---\n422\n\n\"code\":\"conflict\"");
    CASE(send + "Idempotency-Key: k1\nIdempotency-Key: k1\n\n{\"content\":\"a\"}\n---\n422");
    for (const std::string value : {"", "\"\"", "\"open", "\"a\"b", "a b", "\"\\", "a\x01"}) {
        CASE(send + "Idempotency-Key: " + value + "\n\n{\"content\":\"a\"}\n---\n422\n\n\"code\":\"invalid_argument\"");
    }
    CASE(send + "Idempotency-Key: " + std::string(65, 'x') + "\n\n{\"content\":\"a\"}\n---\n422");
    CASE(send + "Idempotency-Key: " + std::string(64, 'x') + "\n\n{\"content\":\"a\"}\n---\n201");
}

TEST(Pipeline, HistoryLinksBothWays) {
    for (int i = 2; i <= 5; ++i) world.world.say(world.world.alice, "m" + std::to_string(i));
    const std::string history = "GET /chat/rooms/{room}/messages?";
    CASE(history +
         "limit=2 as bob\n---\n200\nLink: </chat/rooms/{room}/messages?before_seq=4&limit=2>; "
         "rel=\"prev\"\n\n\"content\":\"m5\"");
    CASE(history +
         "limit=2&after_seq=1 as bob\n---\n200\nLink: </chat/rooms/{room}/messages?before_seq=2&limit=2>; "
         "rel=\"prev\", </chat/rooms/{room}/messages?after_seq=3&limit=2>; rel=\"next\"");
    CASE(history + "limit=01 as bob\n---\n200\nLink: </chat/rooms/{room}/messages?before_seq=5&limit=1>; rel=\"prev\"");
    CASE(history + "before_seq=1 as bob\n---\n200\n\n=\n[]");
    CASE(history + "before_seq=1&after_seq=1 as bob\n---\n422\n\n\"field\":\"after_seq\",\"code\":\"conflict\"");
    CASE(history + "around_seq=x as bob\n---\n422\n\n\"field\":\"around_seq\",\"code\":\"type\"");
    CASE(history + "after_seq=-1 as bob\n---\n422\n\n\"field\":\"after_seq\",\"code\":\"range\"");
}

TEST(Pipeline, StrangersSeeTheSameAsForRoomsThatAreNotThere) {
    for (const std::string call : {"GET /chat/rooms/ID", "GET /chat/rooms/ID/messages", "PUT /chat/rooms/ID/read",
                                   "POST /chat/rooms/ID/typing"}) {
        auto ask = [&](const std::string& id) {
            std::string text = call;
            text.replace(text.find("ID"), 2, id);
            const std::size_t blank = text.find(' ');
            return world.serve({.method = text.substr(0, blank),
                                .path = text.substr(blank + 1),
                                .query = {},
                                .content_type = {},
                                .content_encoding = {},
                                .body = {},
                                .remote_address = {},
                                .authorization = world.filled_in("Bearer {eve}/session-of-eve"),
                                .idempotency_key = {},
                                .request_id = "same",
                                .cause = {}});
        };
        const fcgi::Reply foreign = ask(world.filled_in("{room}"));
        const fcgi::Reply missing = ask("77777");
        LONGS_EQUAL(404, foreign.status);
        STRCMP_EQUAL(missing.body.c_str(), foreign.body.c_str());
    }
}

TEST(Pipeline, ReadingMarksAndTellsTheObject) {
    CASE("GET /chat/unread as alice\n---\n200\n\n=\n{\"total_unread\":1,\"rooms_unread\":1}");
    CASE("PUT /chat/messages/{message}/read as alice\n---\n200\n\n\"id\":{message}\n\"is_read\":true");
    CASE("PUT /chat/messages/{message}/read as alice\n\n{}\n---\n200");
    CASE("PUT /chat/messages/{message}/read as alice\n\n{\"x\":1}\n---\n400");
    CASE("PUT /chat/messages/{message}/read as eve\n---\n404");
    CASE("PUT /chat/rooms/{room}/read as alice\n\n{\"seq\":0}\n---\n200\n\n\"read_seq\":1");
    CASE("PUT /chat/rooms/{room}/read as alice\n\n{}\n---\n200\n\n\"unread_count\":0");
    CASE("PUT /chat/rooms/{room}/read as alice\n\n{\"seq\":99999}\n---\n200\n\n\"read_seq\":1");
    CASE("PUT /chat/rooms/{room}/read as alice\n\n{\"seq\":-1}\n---\n422");
    CASE("PUT /chat/rooms/{room}/read as alice\n\n{\"seq\":null}\n---\n422");
}

TEST(Pipeline, SyncGivesTheHeadOrTheEventsSinceAPosition) {
    CASE("GET /chat/sync as alice\n---\n200\n\n=\n{\"events\":[],\"cursor\":2,\"epoch\":\"epoch-1\",\"more\":false}");
    CASE(
        "GET /chat/sync?cursor=0&epoch=epoch-1 as "
        "alice\n---\n200\n\n\"type\":\"room_created\",\"cursor\":1\n\"type\":\"chat_message\",\"cursor\":2");
    CASE(
        "GET /chat/sync?cursor=0&epoch=epoch-1&limit=1 as "
        "alice\n---\n200\n\n\"cursor\":1,\"epoch\":\"epoch-1\",\"more\":true");
    CASE("GET /chat/sync?cursor=2&epoch=epoch-1 as alice\n---\n200\n\n\"events\":[]");
    CASE("GET /chat/sync?cursor=0 as alice\n---\n422\n\n\"field\":\"epoch\",\"code\":\"required\"");
    CASE("GET /chat/sync?cursor=x&epoch=epoch-1 as alice\n---\n422\n\n\"field\":\"cursor\"");
    CASE("GET /chat/sync?cursor=0&epoch=other as alice\n---\n410\n!X-Billet-Reason\n\n\"code\":\"resync_required\"");
    CASE("GET /chat/sync?cursor=3&epoch=epoch-1 as alice\n---\n410");
}

TEST(Pipeline, BlocksAreKeptAndRefuseMessages) {
    CASE("PUT /chat/blocks/{bob} as alice\n---\n204\n!Content-Type\n\n=\n");
    CASE("GET /chat/blocks as alice\n---\n200\n\n\"id\":{bob}");
    CASE("POST /chat/rooms/{room}/messages as bob\n\n{\"content\":\"x\"}\n---\n403\n\n\"code\":\"cannot_message\"");
    CASE("POST /chat/rooms/{room}/typing as bob\n---\n204");
    LONGS_EQUAL(0, world.world.notifier.typings.size());
    CASE("DELETE /chat/blocks/{bob} as alice\n---\n204");
    CASE("POST /chat/rooms/{room}/typing as bob\n---\n204\nRateLimit-Policy: \"calls\";q=60;w=2");
    LONGS_EQUAL(1, world.world.notifier.typings.size());
    CASE("PUT /chat/blocks/{alice} as alice\n---\n422");
    CASE("PUT /chat/blocks/777777 as alice\n---\n404");
}

TEST(Pipeline, AccountsComeAndGo) {
    CASE(
        "POST /auth/register\n\n{\"username\":\"newbie\",\"password\":\"correct "
        "horse\"}\n---\n201\n\n\"token_type\":\"bearer\"\n\"username\":\"newbie\"");
    CASE(
        "POST /auth/register\n\n{\"username\":\"newbie\",\"password\":\"correct "
        "horse\"}\n---\n409\n\n\"code\":\"conflict\"");
    CASE(
        "POST /auth/login\n\n{\"username\":\"newbie\",\"password\":\"correct "
        "horse\"}\n---\n200\n\n\"refresh_token\":\"");
    CASE(
        "POST /auth/login\n\n{\"username\":\"newbie\",\"password\":\"wrong horse\"}\n---\n401\nWWW-Authenticate: "
        "Bearer");
    CASE("POST /auth/refresh\n\n{\"refresh_token\":\"nonsense\"}\n---\n401");
    CASE("POST /auth/refresh\n\n{\"refresh_token\":\"session-of-bob#1\"}\n---\n200");
    CASE(
        "PATCH /users/me as "
        "alice\n\n{\"display_name\":\"Al\"}\n---\n200\n\n\"display_name\":\"Al\"\n\"role\":\"user\"");
    CASE("GET /users?username=bob as alice\n---\n200\n\n\"id\":{bob}");
    CASE("GET /users?prefix=b as alice\n---\n200\n\n\"id\":{bob}");
    CASE("GET /users as alice\n---\n422");
    CASE("GET /users/{bob} as alice\n---\n200\n\n\"username\":\"bob\"");
    CASE("POST /auth/logout as alice\n---\n204");
    CASE("GET /users/me as alice\n---\n401\n\n\"code\":\"unauthenticated\"");
}

TEST(Pipeline, HealthTellsEachDependency) {
    CASE("GET /healthz\n---\n200\n\n=\n{\"status\":\"ok\"}");
    CASE(
        "GET /readyz\n---\n200\n\n=\n"
        R"({"status":"ok","database":"ok","redis":"ok","wsd":"ok"})");
    world.seen.wsd = fcgi::Probe::Presence::kDown;
    CASE(
        "GET /readyz\n---\n200\n\n=\n"
        R"({"status":"degraded","database":"ok","redis":"ok","wsd":"down"})");
    world.world.store.read_only = true;
    CASE(
        "GET /readyz\n---\n503\nRetry-After: 1\n\n=\n"
        R"({"status":"unavailable","database":"read_only","redis":"ok","wsd":"down"})");
    world.world.store.read_only = false;
    world.seen = {};
    CASE(
        "GET /readyz\n---\n200\n\n=\n"
        R"({"status":"degraded","database":"ok","redis":"down","wsd":"unknown"})");
    world.world.store.down = true;
    CASE(
        "GET /readyz\n---\n503\nRetry-After: 1\n\n=\n"
        R"({"status":"unavailable","database":"down","redis":"down","wsd":"unknown"})");
    CASE("GET /users/me as alice\n---\n503\nRetry-After: 1\n\n\"code\":\"unavailable\"");
    CASE("GET /healthz\n---\n200");
}

TEST(Pipeline, InternalCallsExistForWsdAlone) {
    CASE("POST /internal/hello as alice\n---\n404");
    CASE("POST /internal/heads\n---\n404");
    CASE(
        "POST /internal/heads\nCaller: wsd\n\n{alice} session-of-alice\n{bob} nothing\n---\n200\n\nepoch-1\n{alice} "
        "session-of-alice 2 ok");
    CASE("POST /internal/heads\nCaller: wsd\n\nnonsense\n---\n422");
    CASE("GET /internal/heads\nCaller: wsd\n---\n405\nAllow: POST");
}

TEST(Pipeline, HelloTellsWhoItIsAndResumes) {
    CASE(
        "POST /internal/hello as alice\nCaller: wsd\n---\n200\n!RateLimit\n\n{alice} session-of-alice 8\nepoch-1 2 2 0 "
        "0");
    CASE(
        "POST /internal/hello?cursor=1&epoch=epoch-1 as alice\nCaller: wsd\n---\n200\n\nepoch-1 2 2 1 0\n2 "
        "chat_message {\"type\":\"chat_message\",\"cursor\":2,\"payload\":{");
    CASE(
        "POST /internal/hello?cursor=0&epoch=epoch-1&limit=1 as alice\nCaller: wsd\n---\n200\n\nepoch-1 2 1 1 1\n1 "
        "room_created {");
    CASE("POST /internal/hello?cursor=9&epoch=epoch-1 as alice\nCaller: wsd\n---\n410\nX-Billet-Reason: ahead");
    CASE("POST /internal/hello\nCaller: wsd\nAuthorization: Bearer x\n---\n401\nX-Billet-Reason: invalid");
    CASE("GET /internal/sync?cursor=1&epoch=epoch-1 as alice\nCaller: wsd\n---\n200\n\n2 0 2\n2 chat_message {");
    CASE("POST /internal/session as alice\nCaller: wsd\n---\n200\n\n{alice} session-of-alice ");
}

TEST(Pipeline, CommandsOfWsdAreAnsweredWithTheAck) {
    CASE(
        "POST /chat/rooms/{room}/messages as alice\nCaller: wsd\nCause: "
        "7.2\n\n{\"content\":\"hi\",\"client_msg_id\":\"w1\"}\n---\n201\nX-Billet-Cursor: "
        "3\n\n{\"room_id\":{room},\"message\":{\n\"duplicate\":false");
    STRCMP_EQUAL("7.2", world.world.notifier.cause.c_str());
    CASE("POST /chat/rooms/{room}/messages as alice\n\n{\"content\":\"by REST\"}\n---\n201");
    STRCMP_EQUAL("", world.world.notifier.cause.c_str());
    CASE(
        "POST /chat/rooms/{room}/messages as alice\nCaller: "
        "wsd\n\n{\"content\":\"hi\",\"client_msg_id\":\"w1\"}\n---\n200\n!X-Billet-Cursor\n\n\"duplicate\":true");
    CASE(
        "PUT /chat/rooms/{room}/read as alice\nCaller: "
        "wsd\n\n{\"seq\":1}\n---\n200\n\n=\n{\"room_id\":{room},\"seq\":1,\"unread_count\":0,\"total_unread\":0}");
    CASE("PUT /chat/messages/{message}/read as alice\nCaller: wsd\n---\n200\n\n\"seq\":1");
    CASE("POST /chat/rooms/{room}/typing as alice\nCaller: wsd\n---\n200\n\n=\n{}");
}
