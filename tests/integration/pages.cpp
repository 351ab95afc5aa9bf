// tests/integration/pages.cpp — A page ends at 256 KiB whatever is on it, and following its links
// gives everything exactly once.
#include <algorithm>
#include <cstdint>

#include "tests/support/http.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

constexpr std::uint64_t kMessages = 200;
constexpr std::size_t kPageBytes = 262144;
// 4,000 control characters as JSON writes them, and what is around them
constexpr std::size_t kMessageBytes = 24500;
constexpr std::size_t kPagesMax = 100;

std::string target_of(const std::string& link, const std::string& relation) {
    const std::size_t end = link.find(">; rel=\"" + relation + "\"");
    if (end == std::string::npos) return {};
    const std::size_t start = link.rfind('<', end) + 1;
    return link.substr(start, end - start);
}

}  // namespace

TEST_GROUP(BigPages) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::string history = "/chat/rooms/" + std::to_string(room_of(anna, ben)) + "/messages";

    void setup() override {
        std::string content = "x";
        for (int i = 1; i < 4000; ++i) content += "\\u0001";
        const std::string body = R"({"content":")" + content + R"("})";
        for (std::uint64_t i = 0; i < kMessages; ++i) LONGS_EQUAL(201, http.post(history, anna.token, body).status);
    }

    // The numbers of all messages from `path` on, as they came.
    std::vector<std::uint64_t> walk(std::string path, const std::string& relation) {
        std::vector<std::uint64_t> all;
        for (std::size_t pages = 0; !path.empty(); ++pages) {
            CHECK_TRUE(pages < kPagesMax);
            const HttpReply reply = http.get(path, ben.token);
            LONGS_EQUAL(200, reply.status);
            CHECK_TRUE(reply.body.size() <= kPageBytes + kMessageBytes);
            std::vector<std::uint64_t> page;
            for (const wire::Json& message : reply.json().items) page.push_back(number_of(message, "seq"));
            CHECK_FALSE(page.empty());
            CHECK_TRUE(std::ranges::is_sorted(page));
            if (relation == "prev") std::ranges::reverse(page);
            all.insert(all.end(), page.begin(), page.end());
            path = target_of(reply.header("link"), relation);
        }
        return all;
    }
};

TEST(BigPages, HistoryIsWalkedInEveryDirection) {
    std::vector<std::uint64_t> upwards;
    for (std::uint64_t seq = 1; seq <= kMessages; ++seq) upwards.push_back(seq);
    const std::vector<std::uint64_t> downwards(upwards.rbegin(), upwards.rend());

    CHECK_TRUE(walk(history + "?after_seq=0&limit=200", "next") == upwards);
    CHECK_TRUE(walk(history + "?limit=200", "prev") == downwards);
    std::vector<std::uint64_t> around = walk(history + "?around_seq=100&limit=200", "next");
    const std::vector<std::uint64_t> below = walk(history + "?around_seq=100&limit=200", "prev");
    CHECK_TRUE(std::ranges::count(around, 100) == 1 && around.back() == kMessages && below.back() == 1);
    around.insert(around.end(), below.begin(), below.end());
    std::ranges::sort(around);
    const auto repeated = std::ranges::unique(around);
    around.erase(repeated.begin(), repeated.end());
    CHECK_TRUE(around == upwards);
}

TEST(BigPages, TheLogIsWalkedByItsCursors) {
    const std::string epoch = http.get("/chat/sync", ben.token).text("epoch");
    std::uint64_t cursor = 0;
    bool more = true;
    for (std::size_t pages = 0; more; ++pages) {
        CHECK_TRUE(pages < kPagesMax);
        const HttpReply reply =
            http.get("/chat/sync?limit=500&epoch=" + epoch + "&cursor=" + std::to_string(cursor), ben.token);
        LONGS_EQUAL(200, reply.status);
        CHECK_TRUE(reply.body.size() <= kPageBytes + kMessageBytes);
        const wire::Json body = reply.json();
        for (const wire::Json& event : member_of(body, "events").items)
            LONGS_EQUAL(++cursor, number_of(event, "cursor"));
        LONGS_EQUAL(cursor, number_of(body, "cursor"));
        more = member_of(body, "more").boolean;
    }
    LONGS_EQUAL(kMessages + 1, cursor);
}
