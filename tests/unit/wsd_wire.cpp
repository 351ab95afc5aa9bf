// tests/unit/wsd_wire.cpp — The lines of /internal.
#include <random>
#include <string>

#include "tests/fakes/wsd/api_answers.h"
#include "wsd/log_page.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wsd;

TEST_GROUP(WsdLines) {
};

TEST(WsdLines, AHelloNamesUserPositionAndEvents) {
    const std::string text = "5 session-a 540 k3f9 1003 919 1 1\n918 chat_message {\"a\":1}\n919 x {}";

    const auto hello = parse_hello(text);

    CHECK_TRUE(hello.has_value());
    CHECK_TRUE(hello->identity.user == UserId{5});
    CHECK_TRUE(hello->identity.session_id == "session-a");
    LONGS_EQUAL(540, hello->identity.token_ttl.count());
    CHECK_TRUE(hello->epoch == "k3f9");
    LONGS_EQUAL(1003, hello->page.head.value);
    LONGS_EQUAL(919, hello->page.cursor.value);
    CHECK_TRUE(hello->resumed);
    CHECK_TRUE(hello->page.more);
    LONGS_EQUAL(2, hello->page.events.size());
    CHECK_TRUE(hello->page.events[0].json == "{\"a\":1}");
}

TEST(WsdLines, APageAndTheHeadsAreReadLineByLine) {
    const auto page = parse_sync("12 0 12\n11 a {\"x\":\"b c\"}\n12 b {}");
    LONGS_EQUAL(2, page->events.size());
    CHECK_FALSE(page->more);
    LONGS_EQUAL(12, page->head.value);

    const auto heads = parse_heads("k3f9\n5 s 10 ok\n6 t 11 revoked\n7 u 0 disabled");
    CHECK_TRUE(heads->epoch == "k3f9");
    LONGS_EQUAL(3, heads->lines.size());
    CHECK_TRUE(heads->lines[1].state == SessionState::kRevoked);
    CHECK_TRUE(heads->lines[2].state == SessionState::kDisabled);

    const auto refused = parse_refused_hello("5 s 60 k3f9 99");
    LONGS_EQUAL(99, refused->head.value);
}

TEST(WsdLines, WhatIsNotOfTheGrammarIsNothing) {
    for (const char* text :
         {"", "5", "5 s 540 e 1 1 1", "5 s 540 e 1 1 1 2", "x s 540 e 1 1 1 0", "5 s 540 e 1 1 1 0 more",
          "5 s 540 e 1 1 1 0\n1 t", "5 s 540 e 1 1 1 0\n1 t nojson", "5 s 540 e 1 1 1 0\nx t {}"})
        CHECK_FALSE(parse_hello(text).has_value());
    for (const char* text : {"", "1 0", "1 0 x", "1 0 1 1", "1 0 1\n\n"}) CHECK_FALSE(parse_sync(text).has_value());
    for (const char* text : {"", "e\n5 s 1", "e\n5 s 1 fine", "e\n5 s 1 ok more"})
        CHECK_FALSE(parse_heads(text).has_value());
    for (const char* text : {"", "5 s", "5 s -1", "5 s 1 x"}) CHECK_FALSE(parse_session(text).has_value());
}

// Any page: read as it was written; and cut anywhere, nothing or a beginning of it.
TEST(WsdLines, APageIsReadAsItWasWrittenAndNeverBeyondItsCut) {
    std::minstd_rand random(21);
    const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random()) % bound; };
    for (int round = 0; round < 300; ++round) {
        fakes::PageText page{.cursor = below(1000), .head = 1000 + below(1000), .more = below(2) == 0, .events = {}};
        for (std::size_t i = below(5); i > 0; --i)
            page.events.push_back({++page.cursor, R"({"a":")" + std::string(below(9), ' ') + "\"}"});
        const std::string text = fakes::page_reply(page).body;

        const auto whole = parse_sync(text);
        CHECK_TRUE(whole.has_value());
        LONGS_EQUAL(page.events.size(), whole->events.size());
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            const auto part = parse_sync(std::string_view(text).substr(0, cut));
            if (!part) continue;
            CHECK_TRUE(part->events.size() <= page.events.size());
            for (std::size_t i = 0; i < part->events.size(); ++i) {
                CHECK_TRUE(page.events[i].json.starts_with(part->events[i].json));
                LONGS_EQUAL(page.events[i].cursor, part->events[i].cursor.value);
            }
        }
        LONGS_EQUAL(page.head, whole->head.value);
        LONGS_EQUAL(page.cursor, whole->cursor.value);
        CHECK_EQUAL(page.more, whole->more);
    }
}
