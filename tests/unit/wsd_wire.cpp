// tests/unit/wsd_wire.cpp — What wsd and the api say to each other: FastCGI records, and the lines of /internal.
#include <algorithm>
#include <random>
#include <string>

#include "tests/fakes/wsd/api_answers.h"
#include "wsd/fastcgi_records.h"
#include "wsd/log_page.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wsd;

namespace {

std::string record(unsigned char type, const std::string& content, unsigned char padding = 0) {
    const std::size_t size = content.size();
    std::string out = {1,
                       static_cast<char>(type),
                       0,
                       1,
                       static_cast<char>(size >> 8U),
                       static_cast<char>(size & 0xFFU),
                       static_cast<char>(padding),
                       0};
    return out + content + std::string(padding, '\0');
}

std::string end_of_request(char protocol_status = 0) {
    return record(3, {0, 0, 0, 0, protocol_status, 0, 0, 0});
}

// Of no request; the api's last word on a connection is one like it.
std::string management() {
    return {1, 11, 0, 0, 0, 8, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0};
}

}  // namespace

// --- FastCGI ----------------------------------------------------------------------------------------------------------

TEST_GROUP(WsdFastcgi) {
    FastcgiReply reply;

    bool is(FastcgiReply::State state, const std::string& bytes) {
        return reply.feed(bytes) == state;
    }
};

TEST(WsdFastcgi, ARequestIsBeginParamsAndStdinEachWithItsEnd) {
    const std::string bytes = encode_fastcgi_request({{"A", "b"}, {"LONG", std::string(200, 'x')}}, "body");

    const std::string long_value = std::string("\x04\x80\0\0\xc8LONG", 9) + std::string(200, 'x');
    const std::string params = std::string(
                                   "\x01\x01"
                                   "Ab") +
                               long_value;
    const std::string begin = record(1, std::string("\0\1\1\0\0\0\0\0", 8));
    CHECK_TRUE(bytes == begin + record(4, params) + record(4, "") + record(5, "body") + record(5, ""));
}

TEST(WsdFastcgi, ALongBodyIsSeveralRecords) {
    const std::string body(70000, 'b');

    const std::string bytes = encode_fastcgi_request({}, body);

    CHECK_TRUE(bytes.ends_with(record(5, body.substr(0, 65535)) + record(5, body.substr(65535)) + record(5, "")));
}

TEST(WsdFastcgi, AReplyIsReadByteByByte) {
    const std::string bytes = record(6, "Status: 404 Not Found\r\nX-Billet-Reason: why\r\n", 3) +
                              record(7, "a word for the log") + record(6, "\r\n{\"code\":1}") + record(6, "") +
                              end_of_request();
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) CHECK_TRUE(is(FastcgiReply::State::kMore, bytes.substr(i, 1)));
    CHECK_TRUE(is(FastcgiReply::State::kWhole, bytes.substr(bytes.size() - 1)));

    LONGS_EQUAL(404, reply.status());
    CHECK_TRUE(reply.header("X-Billet-Reason") == "why");
    CHECK_TRUE(reply.header("X-Billet") == "");
    CHECK_TRUE(reply.body() == "{\"code\":1}");
    CHECK_TRUE(std::move(reply).take_body() == "{\"code\":1}");
}

TEST(WsdFastcgi, WithoutAStatusIt200AndWithoutAHeadNothing) {
    reply.feed(record(6, "Content-Type: text/plain\r\n\r\nx") + end_of_request());
    LONGS_EQUAL(200, reply.status());

    FastcgiReply headless;
    headless.feed(record(6, "no head at all") + end_of_request());
    LONGS_EQUAL(0, headless.status());
    CHECK_TRUE(headless.body().empty());
    CHECK_TRUE(std::move(headless).take_body().empty());
}

TEST(WsdFastcgi, WhatIsNoReplyIsMalformed) {
    const std::string cases[] = {
        "HTTP/1.1 200 OK",                   // another protocol
        std::string("\2\6\0\1\0\0\0\0", 8),  // version
        std::string("\1\6\0\2\0\0\0\0", 8),  // another request
        record(4, "x"),                      // a type that only requests have
        end_of_request(1),                   // cannot multiplex
        record(3, "short"),                  // half an end
    };
    for (const std::string& bytes : cases) {
        FastcgiReply broken;
        CHECK_TRUE(broken.feed(bytes) == FastcgiReply::State::kMalformed);
        CHECK_TRUE(broken.feed("") == FastcgiReply::State::kMalformed);
        CHECK_FALSE(broken.is_reusable());
    }
}

TEST(WsdFastcgi, WhatFollowsTheEndIsNoPartOfTheReply) {
    const std::string whole = record(6, "Status: 201 Created\r\n\r\nbody") + end_of_request();
    for (const std::string& more : {management(), management().substr(0, 3), std::string("x"), whole}) {
        FastcgiReply at_once;
        CHECK_TRUE(at_once.feed(whole + more) == FastcgiReply::State::kWhole);
        CHECK_FALSE(at_once.is_reusable());
        LONGS_EQUAL(201, at_once.status());
        CHECK_TRUE(at_once.body() == "body");

        FastcgiReply later;
        CHECK_TRUE(later.feed(whole) == FastcgiReply::State::kWhole);
        CHECK_TRUE(later.is_reusable());
        CHECK_TRUE(later.feed(more) == FastcgiReply::State::kWhole);
        CHECK_FALSE(later.is_reusable());
        CHECK_TRUE(later.body() == "body");
    }
}

// Every order and cut that FastCGI allows: output in any number of pieces, padding, words for the log and management records anywhere, an empty record at
// the end of a stream or none.
TEST(WsdFastcgi, AReplyIsTheSameHoweverItIsCut) {
    std::minstd_rand random(20);
    const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random()) % bound; };
    for (int round = 0; round < 300; ++round) {
        const std::string output = "Status: 207 Some\r\nX-Billet-Cursor: 9\r\n\r\n" + std::string(below(80), 'b');
        std::string bytes;
        bool quiet = true;
        const auto aside = [&] {
            const std::size_t what = below(6);
            if (what == 0) bytes += record(7, std::string(below(9), 'e'), static_cast<unsigned char>(below(9)));
            if (what == 1) bytes += management();
            quiet = quiet && what != 1;
        };
        for (std::size_t at = 0; at < output.size();) {
            aside();
            const std::size_t size = std::min(1 + below(40), output.size() - at);
            bytes += record(6, output.substr(at, size), static_cast<unsigned char>(below(256)));
            at += size;
        }
        if (below(2) == 0) bytes += record(6, "");
        if (below(2) == 0) bytes += record(7, "");
        aside();
        bytes += record(3, std::string("\0\0\0\7\0\0\0\0", 8), static_cast<unsigned char>(below(9)));
        const std::size_t end = bytes.size();
        if (below(2) == 0) bytes += management();

        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            FastcgiReply cut_once;
            const auto first = cut_once.feed(bytes.substr(0, cut));
            CHECK_TRUE(first == (cut < end ? FastcgiReply::State::kMore : FastcgiReply::State::kWhole));
            CHECK_TRUE(cut_once.feed(bytes.substr(cut)) == FastcgiReply::State::kWhole);
            CHECK_EQUAL(quiet && bytes.size() == end, cut_once.is_reusable());
            LONGS_EQUAL(207, cut_once.status());
            CHECK_TRUE(cut_once.header("X-Billet-Cursor") == "9");
            CHECK_TRUE(std::move(cut_once).take_body() == output.substr(output.find("\r\n\r\n") + 4));
        }
    }
}

// --- Lines ------------------------------------------------------------------------------------------------------------

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
