// tests/integration/durability.cpp — What was acknowledged survives kill -9 of an api worker and of
// MariaDB in mid-send, once; and what leaves the process is sealed.
#include <atomic>
#include <cstdint>
#include <thread>

#include "tests/support/http.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(Durability) {
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::uint64_t room = room_of(anna, ben);

    std::string path() {
        return "/chat/rooms/" + std::to_string(room) + "/messages";
    }

    // Sends "m1", "m2", … each until it is acknowledged; stops when told. Gives the number of
    // acknowledged ones.
    int send_until(const std::atomic<bool>& stop) {
        Http http;
        int acknowledged = 0;
        for (int n = 1; !stop; ++n) {
            const std::string body =
                R"({"content":"m)" + std::to_string(n) + R"(","client_msg_id":"id)" + std::to_string(n) + R"("})";
            for (int attempt = 0; attempt < 200; ++attempt) {
                const int status = http.send({.method = "POST",
                                              .path = path(),
                                              .token = anna.token,
                                              .body = body,
                                              .headers = {},
                                              .timeout_ms = 12000})
                                       .status;
                if (status == 200 || status == 201) {
                    ++acknowledged;
                    break;
                }
                sleep_ms(50);
            }
        }
        return acknowledged;
    }

    void expect_exactly(int count) {
        Http http;
        for (int seq = 0; seq < count;) {
            const wire::Json page = http.get(path() + "?limit=200&after_seq=" + std::to_string(seq), ben.token).json();
            CHECK_FALSE(page.items.empty());
            for (const wire::Json& message : page.items) {
                ++seq;
                LONGS_EQUAL(seq, number_of(message, "seq"));
                STRCMP_EQUAL(("m" + std::to_string(seq)).c_str(), text_of(message, "content").c_str());
            }
            if (page.items.empty()) return;
        }
        LONGS_EQUAL(count, http.get("/chat/rooms/" + std::to_string(room), ben.token).number("last_seq"));
        LONGS_EQUAL(count, http.get("/chat/unread", ben.token).number("total_unread"));
    }

    // A thread that met a dead database leaves it alone for up to two seconds: until all of them
    // are over it.
    void wait_until_all_threads_answer() {
        Http http;
        int calm_ms = 0;
        for (int i = 0; i < 200 && calm_ms < 2500; ++i) {
            calm_ms = http.get("/chat/rooms", anna.token).status == 200 ? calm_ms + 100 : 0;
            sleep_ms(100);
        }
    }

    // Ends every api worker in turn while four clients ask: all of them must be answered with
    // success.
    void expect_unnoticed(int signal_number, const HttpRequest& request) {
        wait_until_all_threads_answer();
        std::atomic<bool> stop{false};
        std::atomic<int> good{0};
        std::atomic<int> bad{0};
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&] {
                Http http;
                while (!stop) ++(http.send(request).status / 100 == 2 ? good : bad);
            });
        }
        for (const char* service : {"api-1", "api-2", "api-1", "api-2"}) {
            const pid_t pid = pid_of(service);
            CHECK_TRUE(signal_service(service, signal_number));
            CHECK_TRUE(wait_for_new_pid(service, pid, 10000));
            CHECK_TRUE(wait_until_serving(service, 10000));
        }
        stop = true;
        for (std::thread& client : clients) client.join();
        CHECK_TRUE(good > 0);
        LONGS_EQUAL(0, bad);
    }

    void kill_while_sending(const std::string& service, int times) {
        std::atomic<bool> stop{false};
        int acknowledged = 0;
        std::thread sender([&] { acknowledged = send_until(stop); });
        for (int i = 0; i < times; ++i) {
            sleep_ms(300);
            const pid_t pid = pid_of(service);
            CHECK_TRUE(signal_service(service, SIGKILL));
            CHECK_TRUE(wait_for_new_pid(service, pid, 5000));
            CHECK_TRUE(wait_until_ready(20000));
        }
        sleep_ms(300);
        stop = true;
        sender.join();
        CHECK_TRUE(acknowledged > 0);
        expect_exactly(acknowledged);
    }
};

TEST(Durability, KillingApiWorkersInMidSendLosesAndDoublesNothing) {
    kill_while_sending("api-1", 3);
    wait_until_ready(5000);
}

TEST(Durability, KillingMariaDbInMidSendLosesAndDoublesNothing) {
    kill_while_sending("mariadb", 2);
}

TEST(Durability, ReadersDoNotNoticeKilledWorkers) {
    expect_unnoticed(SIGKILL, {.method = "GET", .path = path(), .token = anna.token, .body = {}, .headers = {}});
}

TEST(Durability, NobodyNoticesRestartedWorkers) {
    expect_unnoticed(SIGTERM, {.method = "POST",
                               .path = path(),
                               .token = anna.token,
                               .body = R"({"content":"through a restart"})",
                               .headers = {}});
}

TEST(Durability, WithoutRedisSendsGoOnAndAreLimited) {
    const pid_t pid = pid_of("redis");
    CHECK_TRUE(signal_service("redis", SIGSTOP));
    Http http;
    const HttpReply sent = http.post(path(), anna.token, R"({"content":"without redis"})");
    CHECK_TRUE(signal_service("redis", SIGCONT));

    LONGS_EQUAL(201, sent.status);
    CHECK_FALSE(sent.header("ratelimit").empty());
    LONGS_EQUAL(pid, pid_of("redis"));
}

TEST(Durability, WithoutMariaDbTheAnswerIs503AndSoon) {
    CHECK_TRUE(signal_service("mariadb", SIGSTOP));
    Http http;
    const HttpReply reply =
        http.send({.path = "/chat/rooms", .token = anna.token, .body = {}, .headers = {}, .timeout_ms = 15000});
    CHECK_TRUE(signal_service("mariadb", SIGCONT));

    LONGS_EQUAL(503, reply.status);
    STRCMP_EQUAL("unavailable", reply.text("code").c_str());
    CHECK_FALSE(reply.header("retry-after").empty());
    CHECK_TRUE(wait_until_ready(20000));
}

TEST(Durability, NoPlaintextIsInDatabaseFilesRedisOrLogs) {
    const std::string needle = "needle-" + fresh_name("haystack");
    Http http;
    for (int i = 0; i < 20; ++i)
        LONGS_EQUAL(201, http.post(path(), anna.token, R"({"content":)" + json_string(needle) + "}").status);
    http.get(path() + "?" + needle, ben.token);
    http.post("/chat/rooms?" + needle + "=1", ben.token, R"({"content":)" + json_string(needle) + "}");
    sleep_ms(500);

    const Finished found = tests::run({"grep", "-rlaF", needle, stack().run_dir + "/data", stack().run_dir + "/log"});

    STRCMP_EQUAL("", found.out.c_str());
    const Finished tokens =
        tests::run({"grep", "-rlaF", anna.token, stack().run_dir + "/data", stack().run_dir + "/log"});
    STRCMP_EQUAL("", tokens.out.c_str());
}
