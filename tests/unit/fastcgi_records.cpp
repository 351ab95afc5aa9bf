// tests/unit/fastcgi_records.cpp — FastCGI as wsd writes requests and reads replies, and as the api
// writes its last one.
#include <algorithm>
#include <random>
#include <span>
#include <string>

#include "lib/fastcgi/record_check.h"
#include "lib/fastcgi/reply.h"
#include "lib/fastcgi/request.h"

#include "CppUTest/TestHarness.h"

using namespace billet::fastcgi;

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

TEST_GROUP(Fastcgi) {
    ReplyReader reply;

    bool is(ReplyReader::State state, const std::string& bytes) {
        return reply.feed(bytes) == state;
    }
};

TEST(Fastcgi, ARequestIsBeginParamsAndStdinEachWithItsEnd) {
    const std::string bytes = encode_request({{"A", "b"}, {"LONG", std::string(200, 'x')}}, "body");

    const std::string long_value = std::string("\x04\x80\0\0\xc8LONG", 9) + std::string(200, 'x');
    const std::string params = std::string(
                                   "\x01\x01"
                                   "Ab") +
                               long_value;
    const std::string begin = record(1, std::string("\0\1\1\0\0\0\0\0", 8));
    CHECK_TRUE(bytes == begin + record(4, params) + record(4, "") + record(5, "body") + record(5, ""));
}

TEST(Fastcgi, ALongBodyIsSeveralRecords) {
    const std::string body(70000, 'b');

    const std::string bytes = encode_request({}, body);

    CHECK_TRUE(bytes.ends_with(record(5, body.substr(0, 65535)) + record(5, body.substr(65535)) + record(5, "")));
}

TEST(Fastcgi, AReplyIsReadByteByByte) {
    const std::string bytes = record(6, "Status: 404 Not Found\r\nX-Billet-Reason: why\r\n", 3) +
                              record(7, "a word for the log") + record(6, "\r\n{\"code\":1}") + record(6, "") +
                              end_of_request();
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) CHECK_TRUE(is(ReplyReader::State::kMore, bytes.substr(i, 1)));
    CHECK_TRUE(is(ReplyReader::State::kWhole, bytes.substr(bytes.size() - 1)));

    LONGS_EQUAL(404, reply.status());
    CHECK_TRUE(reply.header("X-Billet-Reason") == "why");
    CHECK_TRUE(reply.header("X-Billet") == "");
    CHECK_TRUE(reply.body() == "{\"code\":1}");
    CHECK_TRUE(std::move(reply).take_body() == "{\"code\":1}");
}

TEST(Fastcgi, WithoutAStatusIt200AndWithoutAHeadNothing) {
    reply.feed(record(6, "Content-Type: text/plain\r\n\r\nx") + end_of_request());
    LONGS_EQUAL(200, reply.status());

    ReplyReader headless;
    headless.feed(record(6, "no head at all") + end_of_request());
    LONGS_EQUAL(0, headless.status());
    CHECK_TRUE(headless.body().empty());
    CHECK_TRUE(std::move(headless).take_body().empty());
}

TEST(Fastcgi, WhatIsNoReplyIsMalformed) {
    const std::string cases[] = {
        "HTTP/1.1 200 OK",                   // another protocol
        std::string("\2\6\0\1\0\0\0\0", 8),  // version
        std::string("\1\6\0\2\0\0\0\0", 8),  // another request
        record(4, "x"),                      // a type that only requests have
        end_of_request(1),                   // cannot multiplex
        record(3, "short"),                  // half an end
    };
    for (const std::string& bytes : cases) {
        ReplyReader broken;
        CHECK_TRUE(broken.feed(bytes) == ReplyReader::State::kMalformed);
        CHECK_TRUE(broken.feed("") == ReplyReader::State::kMalformed);
        CHECK_FALSE(broken.is_reusable());
    }
}

TEST(Fastcgi, WhatFollowsTheEndIsNoPartOfTheReply) {
    const std::string whole = record(6, "Status: 201 Created\r\n\r\nbody") + end_of_request();
    for (const std::string& more : {management(), management().substr(0, 3), std::string("x"), whole}) {
        ReplyReader at_once;
        CHECK_TRUE(at_once.feed(whole + more) == ReplyReader::State::kWhole);
        CHECK_FALSE(at_once.is_reusable());
        LONGS_EQUAL(201, at_once.status());
        CHECK_TRUE(at_once.body() == "body");

        ReplyReader later;
        CHECK_TRUE(later.feed(whole) == ReplyReader::State::kWhole);
        CHECK_TRUE(later.is_reusable());
        CHECK_TRUE(later.feed(more) == ReplyReader::State::kWhole);
        CHECK_FALSE(later.is_reusable());
        CHECK_TRUE(later.body() == "body");
    }
}

// Every order and cut that FastCGI allows: output in any number of pieces, padding, words for the
// log and management records anywhere, an empty record at the end of a stream or none.
TEST(Fastcgi, AReplyIsTheSameHoweverItIsCut) {
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
            ReplyReader cut_once;
            const auto first = cut_once.feed(bytes.substr(0, cut));
            CHECK_TRUE(first == (cut < end ? ReplyReader::State::kMore : ReplyReader::State::kWhole));
            CHECK_TRUE(cut_once.feed(bytes.substr(cut)) == ReplyReader::State::kWhole);
            CHECK_EQUAL(quiet && bytes.size() == end, cut_once.is_reusable());
            LONGS_EQUAL(207, cut_once.status());
            CHECK_TRUE(cut_once.header("X-Billet-Cursor") == "9");
            CHECK_TRUE(std::move(cut_once).take_body() == output.substr(output.find("\r\n\r\n") + 4));
        }
    }
}

// --- Written by one side, read by the other ------------------------------------------------------

TEST_GROUP(FastcgiBothWays) {
    std::minstd_rand random{22};

    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(random()) % bound;
    }
    // Any bytes but NUL, around the length from which a length takes four bytes.
    std::string any_text() {
        std::string text(below(3) == 0 ? 120 + below(20) : below(9), ' ');
        std::ranges::generate(text, [this] { return static_cast<char>(1 + below(255)); });
        return text;
    }
};

TEST(FastcgiBothWays, PairsAreReadAsTheyWereWrittenAndNeverFromAPartOfThem) {
    for (int round = 0; round < 300; ++round) {
        const std::string name = any_text();
        const std::string value = any_text();
        std::string bytes;
        append_pair(bytes, {name, value});

        std::string_view rest = bytes;
        const auto pair = next_pair(rest);

        CHECK_TRUE(pair.has_value() && pair->first == name && pair->second == value && rest.empty());
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            std::string_view part = std::string_view(bytes).substr(0, cut);
            CHECK_FALSE(next_pair(part).has_value());
        }
    }
}

TEST(FastcgiBothWays, ARequestOfOursPassesTheCheckWholeAndOnlyWhole) {
    for (int round = 0; round < 60; ++round) {
        const std::string name = any_text();
        const std::string value = any_text();
        const std::string body = below(8) == 0 ? std::string(65530 + below(10), 'b') : any_text();
        const std::string bytes = encode_request({{name, value}, {"EMPTY", ""}}, body);
        const std::span whole(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());

        const RecordCheck check = check_records(whole, 70000);

        CHECK_TRUE(check.records == Records::kWhole);
        LONGS_EQUAL(body.size(), check.body_bytes);
        for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 500)
            CHECK_TRUE(check_records(whole.first(cut), 70000).records == Records::kIncomplete);
    }
}

TEST(FastcgiBothWays, TheLastReplyIsReadAsItWasWrittenAndEndsItsConnection) {
    for (int round = 0; round < 60; ++round) {
        const std::string body = below(8) == 0 ? std::string(140000 + below(10), 'b') : any_text();
        std::string text;
        append_header(text, "Status", "404 Not Found");
        append_header(text, "X-Odd", "one\r\nX-Forged: \x7Ftwo");
        text += "\r\n" + body;

        ReplyReader reply;
        CHECK_TRUE(reply.feed(encode_last_reply(1, text)) == ReplyReader::State::kWhole);

        CHECK_FALSE(reply.is_reusable());
        LONGS_EQUAL(404, reply.status());
        CHECK_TRUE(reply.header("X-Odd") == "oneX-Forged: two");
        CHECK_TRUE(reply.header("X-Forged").empty());
        CHECK_TRUE(std::move(reply).take_body() == body);
    }
}

// By its bytes: the reader above would take any management record for the last word.
TEST(FastcgiBothWays, TheLastReplyEndsWithAnEmptyManagementRecord) {
    const std::string last_word("\1\12\0\0\0\0\0\0", 8);
    CHECK_TRUE(encode_last_reply(1, "x") == record(6, "x") + record(6, "") + end_of_request() + last_word);
}

TEST(FastcgiBothWays, AReplyToAnotherRequestIsNone) {
    ReplyReader reply;
    CHECK_TRUE(reply.feed(encode_last_reply(2, "Status: 200 OK\r\n\r\n")) == ReplyReader::State::kMalformed);
}
