// tests/integration/concurrency.cpp — Many at once: one room, one message, no holes, exact counts,
// every number seen once.
#include <array>
#include <atomic>
#include <cstdint>
#include <set>
#include <thread>

#include "tests/support/http.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

std::string messages_path(std::uint64_t room) {
    return "/chat/rooms/" + std::to_string(room) + "/messages";
}

// Sends until the message is stored, as a client would: again with the same id on anything but an
// answer.
bool send_for_sure(Http& http, const Person& from, std::uint64_t room, const std::string& content,
                   const std::string& id) {
    const std::string body = R"({"content":)" + json_string(content) + R"(,"client_msg_id":)" + json_string(id) + "}";
    for (int attempt = 0; attempt < 50; ++attempt) {
        const int status = http.post(messages_path(room), from.token, body).status;
        if (status == 200 || status == 201) return true;
        sleep_ms(100);
    }
    return false;
}

std::vector<wire::Json> whole_log(const Person& person) {
    Http http;
    std::vector<wire::Json> events;
    const std::string epoch = http.get("/chat/sync", person.token).text("epoch");
    std::uint64_t cursor = 0;
    for (bool more = true; more;) {
        const wire::Json page =
            http.get("/chat/sync?limit=100&cursor=" + std::to_string(cursor) + "&epoch=" + epoch, person.token).json();
        for (const wire::Json& event : member_of(page, "events").items) events.push_back(event);
        cursor = number_of(page, "cursor");
        more = member_of(page, "more").boolean;
    }
    return events;
}

}  // namespace

TEST_GROUP(Concurrency) {
    Person anna = new_person("anna");
    Person ben = new_person("ben");
};

TEST(Concurrency, OpeningFromBothSidesAtOnceGivesOneRoom) {
    for (int round = 0; round < 5; ++round) {
        const Person one = new_person("one");
        const Person other = new_person("other");
        std::array<std::uint64_t, 8> rooms{};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < rooms.size(); ++i) {
            threads.emplace_back([&, i] { rooms[i] = i % 2 == 0 ? room_of(one, other) : room_of(other, one); });
        }
        for (std::thread& thread : threads) thread.join();

        CHECK_TRUE(rooms[0] > 0);
        for (const std::uint64_t room : rooms) LONGS_EQUAL(rooms[0], room);
        LONGS_EQUAL(1, whole_log(one).size());
    }
}

TEST(Concurrency, FiftyRetriesAtOnceStoreOneMessageAndAgree) {
    const std::uint64_t room = room_of(anna, ben);
    std::array<std::string, 50> answers;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        threads.emplace_back([&, i] {
            Http http;
            answers[i] =
                http.post(messages_path(room), anna.token, R"({"content":"only once","client_msg_id":"the-one"})").body;
        });
    }
    for (std::thread& thread : threads) thread.join();

    for (const std::string& answer : answers) STRCMP_EQUAL(answers[0].c_str(), answer.c_str());
    Http http;
    LONGS_EQUAL(1, http.get("/chat/rooms/" + std::to_string(room), ben.token).number("last_seq"));
    LONGS_EQUAL(1, http.get("/chat/unread", ben.token).number("total_unread"));
}

TEST(Concurrency, TwentyRoomsWithTwoWritersEachLeaveNoHole) {
    constexpr std::size_t kRooms = 20;
    constexpr int kEach = 15;
    std::vector<Person> peers;
    std::vector<std::uint64_t> rooms;
    for (std::size_t i = 0; i < kRooms; ++i) {
        peers.push_back(new_person("peer"));
        rooms.push_back(room_of(anna, peers.back()));
    }
    std::vector<std::thread> threads;
    std::atomic<int> failures{0};
    for (std::size_t i = 0; i < kRooms; ++i) {
        for (const bool by_anna : {true, false}) {
            threads.emplace_back([&, i, by_anna] {
                Http http;
                for (int n = 0; n < kEach; ++n) {
                    if (!send_for_sure(http, by_anna ? anna : peers[i], rooms[i], "message", "m" + std::to_string(n)))
                        ++failures;
                }
            });
        }
    }
    for (std::thread& thread : threads) thread.join();

    LONGS_EQUAL(0, failures.load());
    Http http;
    LONGS_EQUAL(kRooms * kEach, http.get("/chat/unread", anna.token).number("total_unread"));
    LONGS_EQUAL(kRooms, http.get("/chat/unread", anna.token).number("rooms_unread"));
    const auto log = whole_log(anna);
    LONGS_EQUAL(kRooms + kRooms * kEach * 2, log.size());
    for (std::size_t i = 0; i < log.size(); ++i) LONGS_EQUAL(i + 1, number_of(log[i], "cursor"));
    for (std::size_t i = 0; i < kRooms; ++i) {
        const wire::Json page = http.get(messages_path(rooms[i]) + "?limit=200&after_seq=0", anna.token).json();
        LONGS_EQUAL(kEach * 2, page.items.size());
        for (std::size_t n = 0; n < page.items.size(); ++n) LONGS_EQUAL(n + 1, number_of(page.items[n], "seq"));
        LONGS_EQUAL(kEach, http.get("/chat/rooms/" + std::to_string(rooms[i]), peers[i].token).number("unread_count"));
    }
}

TEST(Concurrency, AReaderBesideWritersSeesEveryNumberOnce) {
    constexpr std::uint64_t kMessages = 120;
    const std::uint64_t room = room_of(anna, ben);
    std::vector<std::thread> writers;
    for (const bool by_anna : {true, false}) {
        writers.emplace_back([&, by_anna] {
            Http http;
            for (std::uint64_t n = 0; n < kMessages / 2; ++n)
                send_for_sure(http, by_anna ? anna : ben, room, "m", "m" + std::to_string(n));
        });
    }
    Http http;
    std::uint64_t seq = 0;
    for (int idle = 0; seq < kMessages && idle < 2000;) {
        const wire::Json page =
            http.get(messages_path(room) + "?limit=7&after_seq=" + std::to_string(seq), ben.token).json();
        for (const wire::Json& message : page.items) {
            LONGS_EQUAL(seq + 1, number_of(message, "seq"));
            ++seq;
        }
        idle = page.items.empty() ? idle + 1 : 0;
        if (page.items.empty()) sleep_ms(10);
    }
    for (std::thread& writer : writers) writer.join();

    LONGS_EQUAL(kMessages, seq);
}

TEST(Concurrency, AfterABlockIsAnsweredNoLaterMessageExists) {
    const std::uint64_t room = room_of(anna, ben);
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        Http http;
        for (int n = 0; !stop; ++n) http.post(messages_path(room), anna.token, R"({"content":"m"})");
    });
    sleep_ms(200);
    Http http;
    LONGS_EQUAL(204, http.put("/chat/blocks/" + std::to_string(anna.id), ben.token).status);
    const std::uint64_t last = http.get("/chat/rooms/" + std::to_string(room), ben.token).number("last_seq");
    sleep_ms(200);
    stop = true;
    writer.join();

    CHECK_TRUE(last > 0);
    LONGS_EQUAL(last, http.get("/chat/rooms/" + std::to_string(room), ben.token).number("last_seq"));
}
