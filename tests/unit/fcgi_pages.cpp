// tests/unit/fcgi_pages.cpp — Pages end at [limits] page_bytes, and a walk over their links still
// gives everything exactly once.
#include <algorithm>
#include <cstdint>

#include "lib/chat/blocks.h"
#include "lib/chat/rooms.h"
#include "lib/chat/send_message.h"
#include "lib/wire/json.h"
#include "tests/unit/fcgi_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

namespace {

constexpr std::size_t kPageBytes = 8192;
constexpr std::size_t kItemBytes = 2500;  // of the largest item here
// Written as six bytes each.
const std::string kText = "x" + std::string(300, '\x01');
constexpr int kMessages = 40;
constexpr std::size_t kPagesMax = 100;

wire::Json parse_any(std::string_view text) {
    auto json = wire::parse_json(text, {.bytes_max = 1U << 20U, .depth_max = 16, .values_max = 100000});
    return json ? std::move(json).value() : wire::Json{};
}

std::uint64_t number_of(const wire::Json& object, std::string_view member) {
    const wire::Json* const found = object.find(member);
    return found == nullptr ? 0 : static_cast<std::uint64_t>(found->integer);
}

std::string target_of(std::string_view link, const std::string& relation) {
    const std::size_t end = link.find(">; rel=\"" + relation + "\"");
    if (end == std::string_view::npos) return {};
    const std::size_t start = link.rfind('<', end) + 1;
    return std::string(link.substr(start, end - start));
}

}  // namespace

TEST_GROUP(Pages) {
    tests::PipelineWorld world;

    void setup() override {
        world.world.limits.page_bytes = kPageBytes;
        world.world.limits.calls_burst = 100000;
        world.world.limits.sends_burst = 100000;
    }

    fcgi::Reply get(const std::string& uri, bool from_wsd = false) {
        const std::size_t mark = std::min(uri.find('?'), uri.size());
        fcgi::Request request;
        request.method = "GET";
        request.path = uri.substr(0, mark);
        request.query = uri.substr(std::min(mark + 1, uri.size()));
        request.authorization = world.filled_in("Bearer {alice}/session-of-alice");
        request.from_wsd = from_wsd;
        fcgi::Reply reply = world.serve(request);
        LONGS_EQUAL(200, reply.status);
        CHECK_TRUE(reply.body.size() <= kPageBytes + kItemBytes);
        return reply;
    }
    void say_much() {
        for (int i = 0; i < kMessages; ++i) world.world.say(world.world.bob, kText);
    }
    // The members `name` of all pages from `uri` on, in the order in which they came.
    std::vector<std::uint64_t> walk(std::string uri, const std::string& relation, const char* name) {
        std::vector<std::uint64_t> all;
        std::size_t pages = 0;
        for (; !uri.empty(); ++pages) {
            CHECK_TRUE(pages < kPagesMax);
            const fcgi::Reply reply = get(uri);
            std::vector<std::uint64_t> page;
            for (const wire::Json& item : parse_any(reply.body).items) page.push_back(number_of(item, name));
            CHECK_FALSE(page.empty());
            if (relation == "prev") std::ranges::reverse(page);
            all.insert(all.end(), page.begin(), page.end());
            uri = target_of(reply.header("Link"), relation);
        }
        CHECK_TRUE(pages > 1);
        return all;
    }
    std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to) {
        std::vector<std::uint64_t> all;
        for (std::uint64_t i = from; i <= to; ++i) all.push_back(i);
        return all;
    }
};

TEST(Pages, HistoryIsWalkedUpwardsAndDownwards) {
    say_much();
    const std::string history = world.filled_in("/chat/rooms/{room}/messages?limit=200");
    constexpr std::uint64_t kLast = kMessages + 1;  // the world has one already
    std::vector<std::uint64_t> downwards = numbers(1, kLast);
    std::ranges::reverse(downwards);

    CHECK_TRUE(walk(history + "&after_seq=0", "next", "seq") == numbers(1, kLast));
    CHECK_TRUE(walk(history, "prev", "seq") == downwards);
    CHECK_TRUE(walk(history + "&before_seq=42", "prev", "seq") == downwards);
}

TEST(Pages, AroundAMessageItIsThereAndTheWalkGoesOnBothWays) {
    say_much();
    for (const std::uint64_t middle : {1U, 2U, 20U, 40U, 41U}) {
        const fcgi::Reply page =
            get(world.filled_in("/chat/rooms/{room}/messages?limit=200&around_seq=") + std::to_string(middle));
        std::vector<std::uint64_t> seqs;
        for (const wire::Json& item : parse_any(page.body).items) seqs.push_back(number_of(item, "seq"));

        CHECK_TRUE(std::ranges::count(seqs, middle) == 1);
        CHECK_TRUE(seqs == numbers(seqs.front(), seqs.back()));
        STRCMP_EQUAL(seqs.front() == 1 ? ""
                                       : (world.filled_in("/chat/rooms/{room}/messages?before_seq=") +
                                          std::to_string(seqs.front()) + "&limit=200")
                                             .c_str(),
                     target_of(page.header("Link"), "prev").c_str());
        STRCMP_EQUAL(seqs.back() == 41 ? ""
                                       : (world.filled_in("/chat/rooms/{room}/messages?after_seq=") +
                                          std::to_string(seqs.back()) + "&limit=200")
                                             .c_str(),
                     target_of(page.header("Link"), "next").c_str());
    }
}

TEST(Pages, TheLogIsWalkedByItsCursors) {
    say_much();
    for (const bool from_wsd : {false, true}) {
        std::uint64_t cursor = 0;
        std::size_t pages = 0;
        for (bool more = true; more; ++pages) {
            CHECK_TRUE(pages < kPagesMax);
            const std::string query = "?limit=500&epoch=epoch-1&cursor=" + std::to_string(cursor);
            const fcgi::Reply reply = get((from_wsd ? "/internal/sync" : "/chat/sync") + query, from_wsd);
            std::uint64_t after = 0;
            if (from_wsd) {
                after = std::stoull(reply.body);
                more = reply.body.substr(reply.body.find(' ')).starts_with(" 1 ");
                LONGS_EQUAL(after - cursor, std::ranges::count(reply.body, '\n'));
            } else {
                const wire::Json body = parse_any(reply.body);
                after = number_of(body, "cursor");
                more = body.find("more")->boolean;
                LONGS_EQUAL(after - cursor, body.find("events")->items.size());
            }
            CHECK_TRUE(after > cursor || !more);
            cursor = after;
        }
        CHECK_TRUE(pages > 1);
        LONGS_EQUAL(kMessages + 2, cursor);
    }
}

TEST(Pages, WsdMayAskForLess) {
    say_much();
    const std::string sync = "/internal/sync?limit=500&epoch=epoch-1&cursor=2";

    CHECK_TRUE(get(sync + "&bytes=1", true).body.starts_with("3 1 "));
    CHECK_TRUE(get(sync + "&bytes=0", true).body.starts_with("3 1 "));
    STRCMP_EQUAL(get(sync, true).body.c_str(), get(sync + "&bytes=99999999", true).body.c_str());
    CHECK_TRUE(world.differs("GET " + sync + "&bytes=x as alice\nCaller: wsd\n---\n422").empty());
    CHECK_TRUE(world
                   .differs("POST /internal/hello?limit=500&epoch=epoch-1&cursor=2&bytes=1 as alice\nCaller: "
                            "wsd\n---\n200\n\n 3 1 1")
                   .empty());
}

TEST(Pages, RoomsAreWalkedByTheirLinks) {
    for (int i = 0; i < 20; ++i) {
        const chat::Caller peer = world.world.caller("peer" + std::to_string(i));
        const auto opened = chat::open_room(world.world.ports, peer, world.world.alice.user);
        CHECK_TRUE(opened.ok());
        const auto sent = chat::send_message(
            world.world.ports, peer, {.room = opened->room.id, .client_msg_id = std::nullopt, .content = kText});
        CHECK_TRUE(sent.ok());
    }

    std::vector<std::uint64_t> rooms = walk("/chat/rooms?limit=100", "next", "id");

    LONGS_EQUAL(21, rooms.size());
    std::ranges::sort(rooms);
    CHECK_TRUE(std::ranges::adjacent_find(rooms) == rooms.end());
}

TEST(Pages, BlockedUsersAreWalkedByTheirLinks) {
    std::vector<std::uint64_t> blocked;
    for (int i = 0; i < 120; ++i) {
        const chat::Caller peer = world.world.caller("peer" + std::to_string(i));
        CHECK_TRUE(chat::set_block(world.world.ports, world.world.alice, peer.user, true).ok());
        blocked.push_back(peer.user.value);
    }

    CHECK_TRUE(walk("/chat/blocks", "next", "id") == blocked);
    world.world.limits.page_bytes = 262144;
    CHECK_TRUE(walk("/chat/blocks?limit=50", "next", "id") == blocked);
    CHECK_TRUE(world.differs("GET /chat/blocks?after=x as alice\n---\n422\n\n\"field\":\"after\"").empty());
}
