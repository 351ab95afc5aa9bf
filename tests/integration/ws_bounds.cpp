// tests/integration/ws_bounds.cpp — What one client, or a crowd of them, can take from the others:
// places, memory, the api's work, old notices.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/config.h"
#include "lib/bus/redis_connection.h"
#include "lib/crypto/notice_sealer.h"
#include "lib/wire/frames.h"
#include "lib/wire/notice.h"
#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/own_daemon.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

constexpr const char* kBothApis[] = {"api-1", "api-2"};

// The api stands still for as long as this lives.
class StoppedApi {
public:
    StoppedApi() {
        for (const char* api : kBothApis) signal_service(api, SIGSTOP);
    }
    ~StoppedApi() { go_on(); }
    StoppedApi(const StoppedApi&) = delete;
    StoppedApi& operator=(const StoppedApi&) = delete;

    static void go_on() {
        for (const char* api : kBothApis) signal_service(api, SIGCONT);
    }
};

// Of a text of that many code points, each of which takes six bytes in a frame and one in the
// message.
std::string escaped_text(int code_points) {
    std::string text = "A";
    for (int i = 1; i < code_points; ++i) text += "\\u0001";
    return text;
}

std::string send_frame(std::uint64_t room, const std::string& id, const std::string& escaped) {
    return R"({"type":"chat_message","id":")" + id + R"(","payload":{"room_id":)" + std::to_string(room) +
           R"(,"content":")" + escaped + R"(","client_msg_id":")" + id + R"("}})";
}

template <typename Condition>
bool comes_true(Condition condition, int timeout_ms = 30000) {
    for (int waited = 0; waited < timeout_ms; waited += 50) {
        if (condition()) return true;
        sleep_ms(50);
    }
    return condition();
}

}  // namespace

TEST_GROUP(WsBounds) {
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);
};

// --- Places --------------------------------------------------------------------------------------

TEST(WsBounds, SilentSocketsMakeWayForWhoLogsIn) {
    // None of them would go by itself.
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__CONNECTIONS_MAX=40", "BILLET_LIMITS__HELLO_TIMEOUT_S=3600"});
    const WebSocket::Options here{.unix_path = daemon.socket_path()};
    std::vector<LiveClient> before;
    for (int i = 0; i < 10; ++i) before.push_back(live(ben, here));
    std::vector<WebSocket> silent;
    for (int i = 0; i < 80; ++i) silent.emplace_back(here);

    LiveClient late = live(anna, here);

    CHECK_TRUE(late.is_quiet_for(200));
    int sent_away = 0;
    for (WebSocket& socket : silent) {
        const Received received = socket.receive(sent_away < 77 ? 5000 : 100);
        if (received.kind == Received::Kind::kNothing) continue;
        LONGS_EQUAL(4408, received.close_code);
        ++sent_away;
    }
    LONGS_EQUAL(77, sent_away);  // of the four places the one who logged in has had one
    for (LiveClient& client : before) CHECK_TRUE(client.is_quiet_for(10));
}

TEST(WsBounds, AFullHouseStillTakesWhoComesInPlaceOfASilentOne) {
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__CONNECTIONS_MAX=20", "BILLET_LIMITS__HELLO_TIMEOUT_S=3600"});
    const WebSocket::Options here{.unix_path = daemon.socket_path()};
    std::vector<LiveClient> before;
    for (int i = 0; i < 19; ++i) before.push_back(live(ben, here));
    WebSocket silent(here);

    LiveClient last = live(anna, here);

    LONGS_EQUAL(4408, silent.receive().close_code);
    CHECK_TRUE(last.is_quiet_for(100));
}

// --- Memory --------------------------------------------------------------------------------------

// Sends all of it, and counts the answers meanwhile: a client that does not read would have to wait
// for itself.
struct Flooder {
    Person person = new_person("flood");
    LiveClient client;
    std::uint64_t room;
    int acked = 0;
    int refused = 0;  // "unavailable": to be sent again
    std::thread sending = {};
    std::thread reading = {};

    Flooder(const Person& peer, const WebSocket::Options& options)
        : client(live(person, options)), room(room_of(person, peer)) {}

    void begin(int commands, const std::string& text) {
        sending = std::thread([this, commands, text] {
            for (int n = 0; n < commands; ++n) client.send_text(send_frame(room, "f" + std::to_string(n), text));
        });
        reading = std::thread([this, commands] {
            while (acked + refused < commands) {
                const LiveFrame frame = client.next(60000);
                if (frame.type.empty()) return;
                if (frame.type == "ack") ++acked;
                if (frame.type == "error" && text_of(frame.payload, "code") == "unavailable") ++refused;
            }
        });
    }
    void end() {
        sending.join();
        reading.join();
    }
};

TEST(WsBounds, AFloodOfCommandsWhileTheApiStandsStillTakesNoMoreThanItsBound) {
    constexpr int kSockets = 12;
    constexpr int kCommands = 64;  // 24 KB each: 18 MB in all
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__COMMANDS_BYTES=1048576", "BILLET_WSD__RELAYS_BYTES=1048576",
                                    "BILLET_LIMITS__FRAMES_PER_SECOND=1000", "BILLET_LIMITS__PING_INTERVAL_S=3600"});
    std::vector<std::unique_ptr<Flooder>> flooders;
    for (int i = 0; i < kSockets; ++i)
        flooders.push_back(std::make_unique<Flooder>(ben, WebSocket::Options{.unix_path = daemon.socket_path()}));
    const long before_kib = resident_kib(daemon.pid());
    long highest_kib = 0;
    {
        const StoppedApi stopped;
        for (auto& flooder : flooders) flooder->begin(kCommands, escaped_text(4000));
        for (int i = 0; i < 60; ++i, sleep_ms(50)) highest_kib = std::max(highest_kib, resident_kib(daemon.pid()));
    }
    for (auto& flooder : flooders) flooder->end();

    CHECK_COMPARE(highest_kib - before_kib, <, 9000);
    Http http;
    int refused = 0;
    for (const auto& flooder : flooders) {
        LONGS_EQUAL(kCommands, flooder->acked + flooder->refused);
        refused += flooder->refused;
        // What was acknowledged is there, once.
        const HttpReply seen = http.get("/chat/rooms/" + std::to_string(flooder->room), flooder->person.token);
        CHECK_COMPARE(static_cast<int>(seen.number("last_seq")), >=, flooder->acked);
        CHECK_COMPARE(static_cast<int>(seen.number("last_seq")), <=, kCommands);
    }
    // Most were not read before there was room.
    CHECK_COMPARE(refused, <, kSockets * kCommands / 2);
    const std::string process = "wsd-" + daemon.instance();
    CHECK_EQUAL(0, metric_of(process, "billet_waiting_bytes{what=\"commands\"}"));
    CHECK_EQUAL(0, metric_of(process, "billet_waiting_bytes{what=\"relays\"}"));
}

TEST(WsBounds, MemoryGoesBackToTheSystemAfterAFlood) {
    constexpr int kSockets = 15;
    // Under AddressSanitizer freed memory would stay resident, to find who still uses it; elsewhere
    // this means nothing.
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__FRAMES_PER_SECOND=1000", "BILLET_LIMITS__OUTBOX_BYTES=4194304",
                                    "ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0"});
    std::vector<LiveClient> clients;
    for (int i = 0; i < kSockets; ++i) clients.push_back(live(anna, {.unix_path = daemon.socket_path()}));
    const std::string text = escaped_text(4000);
    const long before_kib = resident_kib(daemon.pid());
    long flooded_kib = 0;
    {
        const StoppedApi stopped;
        for (int n = 0; n < 60; ++n) {
            for (LiveClient& client : clients) client.send_text(send_frame(room, std::to_string(n), text));
        }
        CHECK_TRUE(comes_true([&] {
            flooded_kib = resident_kib(daemon.pid());
            return flooded_kib - before_kib > 12000;
        }));
        for (LiveClient& client : clients) client.socket().drop();
    }

    CHECK_TRUE(comes_true([&] { return resident_kib(daemon.pid()) - before_kib < (flooded_kib - before_kib) / 2; }));
}

TEST(WsBounds, SlowReadersTogetherTakeNoMoreThanTheirBoundAndNobodyWaitsForThem) {
    constexpr int kReaders = 10;
    constexpr int kMessages = 100;  // 16 KB each; by themselves ten readers would let 2.6 MB wait
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__OUTBOXES_BYTES=1048576", "BILLET_LIMITS__PING_INTERVAL_S=3600",
                                    "BILLET_LIMITS__PONG_TIMEOUT_S=3600", "BILLET_LIMITS__OUTBOX_SECONDS=3600"});
    const WebSocket::Options here{.unix_path = daemon.socket_path()};
    std::vector<LiveClient> slow;
    for (int i = 0; i < kReaders; ++i) slow.push_back(live(anna, here));
    LiveClient brisk = live(anna, here);
    const std::uint64_t last = brisk.cursor() + kMessages;
    const auto has_all = [&](LiveClient& client) {
        while (client.cursor() < last && !client.next(30000).type.empty()) {
        }
        return client.cursor() == last && client.gaps() == 0;
    };
    bool brisk_has_all = false;
    std::thread reading([&] { brisk_has_all = has_all(brisk); });

    Http http;
    std::string text;
    for (int i = 0; i < 4000; ++i) text += "\xf0\x9f\x92\xac";
    for (int i = 0; i < kMessages; ++i)
        http.post("/chat/rooms/" + std::to_string(room) + "/messages", ben.token,
                  R"({"content":)" + json_string(text) + "}");
    reading.join();
    const double waiting = metric_of("wsd-" + daemon.instance(), "billet_outbox_bytes");

    CHECK_TRUE(brisk_has_all);  // while nobody else was reading
    CHECK_COMPARE(waiting, >, 300000);
    CHECK_COMPARE(waiting, <, 1048576 + kReaders * 20000);
    for (LiveClient& client : slow) CHECK_TRUE(has_all(client));
}

TEST(WsBounds, WhatIsTooLongForAnyRoomNeedNotWaitForTheApi) {
    OwnDaemon daemon("billet-wsd", {});
    LiveClient client = live(anna, {.unix_path = daemon.socket_path()});
    {
        const StoppedApi stopped;
        client.send("chat_message", send_payload(room, "first", "c1"), "1");
        client.send("chat_message", send_payload(room, std::string(16001, 'x'), "c2"), "2");

        const LiveFrame answer = client.next(5000);

        STRCMP_EQUAL("2", answer.id.c_str());
        STRCMP_EQUAL("invalid_argument", text_of(answer.payload, "code").c_str());
    }
    const LiveFrame ack = client.next_of("ack");
    STRCMP_EQUAL("1", ack.id.c_str());
}

// Errors that are made at once may not fill the memory of a client that never reads them.
TEST(WsBounds, WhoReadsNoAnswersIsNotReadFromEither) {
    OwnDaemon daemon("billet-wsd", {"BILLET_LIMITS__FRAMES_PER_SECOND=1000000", "BILLET_LIMITS__OUTBOX_BYTES=4096",
                                    "BILLET_LIMITS__OUTBOX_SECONDS=2"});
    LiveClient client = live(anna, {.unix_path = daemon.socket_path()});
    const std::string again = hello_text("not-a-token");

    int sent = 0;
    while (sent < 200000 && client.send_text(again)) ++sent;

    CHECK_COMPARE(sent, <, 200000);  // the connection has ended under it
    const std::string closed = "billet_connections_closed_total{code=\"4002\"}";
    CHECK_TRUE(comes_true([&] { return metric_of("wsd-" + daemon.instance(), closed) == 1; }));
}

// --- The api's work ------------------------------------------------------------------------------

TEST(WsBounds, ResumesHaveALimitOfTheirOwnAndSayWhenToComeBack) {
    OwnDaemon api("billet-api", {"BILLET_LIMITS__RESUMES_BURST=3", "BILLET_LIMITS__RESUMES_PER_MINUTE=0.01"});
    OwnDaemon daemon("billet-wsd", {"BILLET_WSD__API_SOCKETS=" + api.relay_path()});
    const WebSocket::Options here{.unix_path = daemon.socket_path()};
    const std::string epoch = live(anna, here).epoch();
    for (int i = 0; i < 3; ++i) STRCMP_EQUAL("welcome", LiveClient(here).hello(anna.token, 0, epoch).type.c_str());

    LiveClient fourth(here);
    const LiveFrame answer = fourth.hello(anna.token, 0, epoch);

    STRCMP_EQUAL("error", answer.type.c_str());
    STRCMP_EQUAL("hello", answer.id.c_str());
    STRCMP_EQUAL("rate_limited", text_of(answer.payload, "code").c_str());
    CHECK_COMPARE(number_of(answer.payload, "retry_after"), >, 0U);
    LONGS_EQUAL(4429, fourth.close_code());
    STRCMP_EQUAL("welcome", LiveClient(here).hello(anna.token).type.c_str());
    STRCMP_EQUAL("welcome", LiveClient(here).hello(ben.token, 0, epoch).type.c_str());
}

TEST(WsBounds, ADrainingApisReplyCountsAndNothingIsCarriedOutTwice) {
    std::atomic<bool> done{false};
    std::atomic<int> acks{0};
    std::atomic<int> duplicates{0};
    std::atomic<int> errors{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            LiveClient client = live(anna);
            for (int n = 0; !done; ++n) {
                const std::string id = "d" + std::to_string(i) + "." + std::to_string(n);
                client.send("chat_message", send_payload(room, "x", fresh_name(id)), id);
                for (LiveFrame frame = client.next(20000);; frame = client.next(20000)) {
                    if (frame.type.empty()) return void(++errors);
                    if (frame.id != id) continue;
                    if (frame.type != "ack") ++errors;
                    if (member_of(frame.payload, "duplicate").boolean) ++duplicates;
                    ++acks;
                    break;
                }
                sleep_ms(30);  // below [limits] frames_per_second
            }
        });
    }

    // Also when a check fails: a thread that is not waited for would end the whole run.
    struct Waiting {
        std::atomic<bool>& done;
        std::vector<std::thread>& threads;
        ~Waiting() {
            done = true;
            for (std::thread& thread : threads) {
                if (thread.joinable()) thread.join();
            }
        }
    } waiting{done, threads};

    for (int round = 0; round < 3; ++round) {
        for (const char* api : kBothApis) {
            const pid_t old = pid_of(api);
            const int before = acks;
            CHECK_TRUE(comes_true([&] { return acks > before + 20; }));
            signal_service(api, SIGTERM);
            CHECK_TRUE(wait_for_new_pid(api, old, 20000));
            CHECK_TRUE(wait_until_serving(api, 20000));
        }
    }
    done = true;
    for (std::thread& thread : threads) thread.join();

    LONGS_EQUAL(0, errors);
    LONGS_EQUAL(0, duplicates);
}

// --- Old notices ---------------------------------------------------------------------------------

TEST(WsBounds, ASignOutOrTypingOfLongAgoIsDropped) {
    const auto config = load_config(stack().run_dir + "/billet.toml", "1");
    CHECK_TRUE(config.ok());
    const auto sealer = crypto::NoticeSealer::from_file(config->keys.bus_file);
    CHECK_TRUE(sealer.ok());
    bus::RedisConnection redis(config->redis);
    OwnDaemon daemon("billet-wsd", {});
    LiveClient client = live(anna, {.unix_path = daemon.socket_path()});
    const auto publish = [&](wire::NoticeKind kind, std::chrono::seconds age) {
        wire::Notice notice;
        notice.recipient = UserId{anna.id};
        notice.kind = kind;
        notice.committed_at = now() - age;
        if (kind == wire::NoticeKind::kTyping) notice.payload = wire::typing_frame(room, ben.id, 6);
        const std::string channel = (*sealer)->channel_of(notice.recipient);
        const std::string sealed = (*sealer)->seal(channel, wire::encode_notice(notice));
        CHECK_TRUE(comes_true([&] {
            const auto reply = redis.ask({"PUBLISH", channel, sealed});
            return reply && reply->integer >= 1;
        }));
    };

    publish(wire::NoticeKind::kTyping, std::chrono::seconds{8});
    publish(wire::NoticeKind::kAccountDisabled, std::chrono::seconds{60});
    publish(wire::NoticeKind::kAccountDisabled, std::chrono::seconds{-60});
    publish(wire::NoticeKind::kTyping, std::chrono::seconds{0});
    STRCMP_EQUAL("typing", client.next().type.c_str());
    CHECK_TRUE(client.is_quiet_for(200));
    CHECK_EQUAL(3, metric_of("wsd-" + daemon.instance(), "billet_notices_dropped_total{reason=\"stale\"}"));
    publish(wire::NoticeKind::kAccountDisabled, std::chrono::seconds{1});
    LONGS_EQUAL(4503, client.close_code());
}
