// tests/integration/ws_slow_reader.cpp — Whoever does not read costs the process little, loses
// nothing, and holds nobody up.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/own_daemon.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

// Nobody is sent away for not reading, and no ping is due.
const std::vector<std::string> kPatient = {"BILLET_LIMITS__PING_INTERVAL_S=3600", "BILLET_LIMITS__PONG_TIMEOUT_S=3600",
                                           "BILLET_LIMITS__OUTBOX_SECONDS=3600"};

// As many bytes as a message of that many code points can have.
std::string long_text(int code_points) {
    std::string text;
    for (int i = 0; i < code_points; ++i) text += "\xf0\x9f\x92\xac";
    return text;
}

}  // namespace

TEST_GROUP(WsSlowReader) {
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);

    // Sends from ben by several threads; gives how many were stored.
    int send_many(int count, int code_points) {
        constexpr int kThreads = 4;
        std::atomic<int> next{0};
        std::atomic<int> stored{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&] {
                Http http;
                const std::string body = R"({"content":)" + json_string(long_text(code_points)) + "}";
                while (next++ < count) {
                    const std::string path = "/chat/rooms/" + std::to_string(room) + "/messages";
                    if (http.post(path, ben.token, body).status == 201) ++stored;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        return stored;
    }
    // Reads until `last` has come; true when no cursor was left out or came twice.
    static bool read_up_to(LiveClient & client, std::uint64_t last) {
        while (client.cursor() < last) {
            const LiveFrame frame = client.next(30000);
            if (frame.type.empty()) return false;
        }
        return client.gaps() == 0 && client.cursor() == last;
    }
};

TEST(WsSlowReader, ItsEventsWaitInTheLogAndNotInMemory) {
    constexpr int kMessages = 1000;
    constexpr int kCodePoints = 4000;  // 16 MB in all
    auto settings = kPatient;
    // Under AddressSanitizer freed memory would stay resident, to find who still uses it; elsewhere
    // this means nothing.
    settings.emplace_back("ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0");
    OwnDaemon daemon("billet-wsd", settings);
    LiveClient slow = live(anna, {.receive_buffer_bytes = 4096, .unix_path = daemon.socket_path()});
    LiveClient brisk = live(anna, {.unix_path = daemon.socket_path()});
    const std::uint64_t last = slow.cursor() + kMessages;
    bool brisk_has_all = false;
    std::thread reading([&] { brisk_has_all = read_up_to(brisk, last); });
    const long before_kib = resident_kib(daemon.pid());
    std::atomic<long> highest_kib{before_kib};
    std::atomic<bool> done{false};
    std::thread watching([&] {
        for (; !done; sleep_ms(10)) highest_kib = std::max(highest_kib.load(), resident_kib(daemon.pid()));
    });

    const int stored = send_many(kMessages, kCodePoints);
    reading.join();
    const double waiting = metric_of("wsd-" + daemon.instance(), "billet_outbox_bytes");
    const bool slow_has_all = read_up_to(slow, last);
    done = true;
    watching.join();

    LONGS_EQUAL(kMessages, stored);
    CHECK_TRUE(brisk_has_all);  // while the other one was not reading
    CHECK_TRUE(slow_has_all);
    CHECK_COMPARE(waiting, >, 100000);  // it was passed by more than 60 times
    CHECK_COMPARE(waiting, <, 400000);
    CHECK_COMPARE(highest_kib - before_kib, <, 6000);
    CHECK_TRUE(slow.is_quiet_for(300));
    LONGS_EQUAL(0, static_cast<long>(metric_of("wsd-" + daemon.instance(), "billet_outbox_bytes")));
}

TEST(WsSlowReader, AResumeThatNobodyReadsTakesNoMoreThanALiveQueue) {
    constexpr int kMessages = 200;
    LONGS_EQUAL(kMessages, send_many(kMessages, 4000));
    OwnDaemon daemon("billet-wsd", kPatient);
    const std::string epoch = live(anna).epoch();
    const auto on_daemon = [&] { return LiveClient({.unix_path = daemon.socket_path()}); };
    std::vector<LiveClient> readers;
    for (int i = 0; i < 10; ++i) readers.push_back(on_daemon());

    for (LiveClient& reader : readers) reader.hello(anna.token, 0, epoch);
    // The api serves them in any order, and a later one perhaps before the last of them.
    double waiting = 0;
    for (int waited = 0; waited < 10000 && waiting <= 10 * 150000; waited += 50) {
        sleep_ms(50);
        waiting = metric_of("wsd-" + daemon.instance(), "billet_outbox_bytes");
    }
    // Nor do they get more once they are served.
    CHECK_TRUE(live(ben, {.unix_path = daemon.socket_path()}).is_quiet_for(500));
    waiting = metric_of("wsd-" + daemon.instance(), "billet_outbox_bytes");

    CHECK_COMPARE(waiting, >, 10 * 100000);
    CHECK_COMPARE(waiting, <, 10 * 300000);
    for (LiveClient& reader : readers) CHECK_TRUE(read_up_to(reader, kMessages + 1));
}

TEST(WsSlowReader, WhoTakesNothingForTooLongIsSentAwayAndResumes) {
    constexpr int kMessages = 100;
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__OUTBOX_SECONDS=1"});
    LiveClient slow = live(anna, {.unix_path = daemon.socket_path()});

    LONGS_EQUAL(kMessages, send_many(kMessages, 4000));
    const std::string closed = "billet_connections_closed_total{code=\"4002\"}";
    const std::string process = "wsd-" + daemon.instance();
    for (int waited = 0; waited < 10000 && metric_of(process, closed) < 1; waited += 50) sleep_ms(50);

    LONGS_EQUAL(1, static_cast<long>(metric_of(process, closed)));
    while (!slow.next(5000).type.empty()) {
    }
    LiveClient back;
    back.hello(anna.token, slow.cursor(), slow.epoch());
    CHECK_TRUE(read_up_to(back, kMessages + 1));
    LONGS_EQUAL(0, slow.gaps());
}
