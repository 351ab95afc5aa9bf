// tests/contract/bus_async.cpp — The asynchronous bus on a Redis that is missing, killed, frozen,
// forgetful or unfriendly.
#include <ev.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/bus/async_bus.h"
#include "tests/contract/redis_server.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::bus;
using namespace std::chrono_literals;

namespace {

struct Loop {
    struct ev_loop* loop = ev_loop_new(EVFLAG_AUTO);

    Loop() = default;
    ~Loop() { ev_loop_destroy(loop); }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void turn() { ev_run(loop, EVRUN_NOWAIT); }
    // Turns until `done`, at most for `limit`; false when it never was.
    bool until(const std::function<bool()>& done, std::chrono::milliseconds limit = 5s) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            turn();
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }
    void pass(std::chrono::milliseconds time) {
        until([] { return false; }, time);
    }
};

// Accepts connections into its backlog and says nothing, for as long as it lives.
class DeafSocket {
public:
    explicit DeafSocket(std::string path) : path_(std::move(path)), socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        CHECK_EQUAL(0, bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
        CHECK_EQUAL(0, listen(socket_, 10));
    }
    ~DeafSocket() { close(socket_); }
    DeafSocket(const DeafSocket&) = delete;
    DeafSocket& operator=(const DeafSocket&) = delete;

    void leave_path() { unlink(path_.c_str()); }

private:
    std::string path_;
    int socket_;
};

WsdConfig quick() {
    WsdConfig config;
    config.heartbeat_ms = 100ms;
    config.heartbeat_lost_ms = 500ms;
    config.reconnect_max_ms = 200ms;
    return config;
}

// One wsd's end of the bus, and all that it was told.
struct Node {
    std::vector<std::pair<std::string, std::string>> messages;
    std::vector<std::string> subscribed;
    std::vector<bool> states;
    std::size_t confirmed_when_up = 0;  // subscriptions confirmed before the last `up`
    AsyncBus bus;

    Node(Loop& loop, const RedisConfig& redis, const std::string& name)
        : bus(loop.loop, redis, quick(), name,
              {.on_message = [this](std::string_view channel,
                                    std::string_view payload) { messages.emplace_back(channel, payload); },
               .on_subscribed = [this](std::string_view channel) { subscribed.emplace_back(channel); },
               .on_state =
                   [this](bool up) {
                       states.push_back(up);
                       if (up) confirmed_when_up = subscribed.size();
                   }}) {}

    bool got(const std::string& channel, const std::string& payload) const {
        return std::ranges::find(messages, std::pair{channel, payload}) != messages.end();
    }
};

}  // namespace

TEST_GROUP(AsyncBus) {
    Loop loop;
    contract::RedisServer server;
    std::unique_ptr<Node> node;
    std::unique_ptr<Node> other;

    std::unique_ptr<Node> make(const std::string& name) {
        return std::make_unique<Node>(loop, server.wsd_config(), name);
    }
    void start_up() {
        server.start();
        node = make("node");
        node->bus.start();
        comes_up(*node);
    }
    void start_both() {
        start_up();
        other = make("other");
        other->bus.start();
        comes_up(*other);
    }
    void comes_up(Node & which, std::chrono::milliseconds limit = 5s) {
        CHECK_TRUE(loop.until([&] { return which.bus.up(); }, limit));
    }
    void goes_down(Node & which) {
        CHECK_TRUE(loop.until([&] { return !which.bus.up(); }));
    }
    // Asks until the total is as expected.
    void total_becomes(Node & which, std::uint64_t here, std::uint64_t expected, std::chrono::milliseconds limit = 5s) {
        std::optional<std::uint64_t> total;
        bool waiting = false;
        CHECK_TRUE(loop.until(
            [&] {
                if (!waiting && total != expected) {
                    waiting = true;
                    which.bus.count_connection("user", here, [&](std::optional<std::uint64_t> told) {
                        total = told;
                        waiting = false;
                    });
                }
                return !waiting && total == expected;
            },
            limit));
    }
    TEST_TEARDOWN() {
        node.reset();
        other.reset();
    }
};

TEST(AsyncBus, BringsWhatIsPublishedOnItsChannels) {
    start_up();
    CHECK_FALSE(node->bus.is_subscribed("n:a"));
    node->bus.subscribe("n:a");
    CHECK_TRUE(loop.until([&] { return node->bus.is_subscribed("n:a"); }));
    const std::string payload("binary \0\r\n\xFF", 11);

    node->bus.publish("n:b", "for nobody");
    node->bus.publish("n:a", payload);

    CHECK_TRUE(loop.until([&] { return !node->messages.empty(); }));
    CHECK_EQUAL(1U, node->messages.size());
    CHECK_TRUE(node->got("n:a", payload));
    CHECK_EQUAL(1U, node->subscribed.size());
}

TEST(AsyncBus, AWsdIsSeenWhileItLivesAndNotMuchLonger) {
    start_up();
    const auto is_seen = [&] { return server.cli("EXISTS alive:wsd") == "1"; };
    loop.pass(1s);  // several lives of the key
    CHECK_TRUE(is_seen());

    node.reset();

    CHECK_TRUE(loop.until([&] { return !is_seen(); }));
}

TEST(AsyncBus, UnsubscribedChannelsAreSilent) {
    start_up();
    node->bus.subscribe("n:a");
    node->bus.subscribe("n:b");
    node->bus.unsubscribe("n:a");
    node->bus.unsubscribe("n:never");
    CHECK_TRUE(loop.until([&] { return node->bus.is_subscribed("n:b"); }));

    node->bus.publish("n:a", "1");
    node->bus.publish("n:b", "2");

    CHECK_TRUE(loop.until([&] { return node->got("n:b", "2"); }));
    CHECK_EQUAL(1U, node->messages.size());
    CHECK_FALSE(node->bus.is_subscribed("n:a"));
}

TEST(AsyncBus, AChannelThatComesAndGoesAndComesIsThereOnce) {
    start_up();
    for (int i = 0; i < 5; ++i) {
        node->bus.subscribe("n:a");
        node->bus.subscribe("n:a");
        node->bus.unsubscribe("n:a");
    }
    node->bus.subscribe("n:a");
    CHECK_TRUE(loop.until([&] { return node->bus.is_subscribed("n:a"); }));
    loop.pass(50ms);
    CHECK_EQUAL(1U, node->subscribed.size());

    node->bus.publish("n:a", "1");
    CHECK_TRUE(loop.until([&] { return node->got("n:a", "1"); }));
    loop.pass(50ms);
    CHECK_EQUAL(1U, node->messages.size());
}

TEST(AsyncBus, MayBeUsedFromItsOwnCallbacks) {
    server.start();
    AsyncBus* bus = nullptr;
    int rounds = 0;
    AsyncBus one(loop.loop, server.wsd_config(), quick(), "one",
                 {.on_message =
                      [&](std::string_view channel, std::string_view) {
                          bus->unsubscribe(channel);
                          ++rounds;
                          bus->subscribe("n:" + std::to_string(rounds));
                      },
                  .on_subscribed = [&](std::string_view channel) { bus->publish(channel, "x"); },
                  .on_state =
                      [&](bool up) {
                          if (up) bus->subscribe("n:0");
                      }});
    bus = &one;
    one.start();

    CHECK_TRUE(loop.until([&] { return rounds >= 20; }));
}

TEST(AsyncBus, WaitsForAMissingRedisAndSubscribesThen) {
    node = make("node");
    node->bus.subscribe("n:a");
    node->bus.start();
    loop.pass(300ms);
    CHECK_FALSE(node->bus.up());
    CHECK_FALSE(node->bus.publish("n:a", "lost"));
    CHECK_TRUE(node->states.empty());

    server.start();

    comes_up(*node, 2s);
    CHECK_EQUAL(1U, node->confirmed_when_up);
    node->bus.publish("n:a", "1");
    CHECK_TRUE(loop.until([&] { return node->got("n:a", "1"); }));
}

TEST(AsyncBus, ComesBackAfterKillWithEverySubscription) {
    start_up();
    for (int i = 0; i < 2000; ++i) node->bus.subscribe("n:" + std::to_string(i));
    CHECK_TRUE(loop.until([&] { return node->subscribed.size() == 2000; }));
    server.kill();
    goes_down(*node);
    node->bus.unsubscribe("n:0");
    node->bus.subscribe("n:new");
    node->subscribed.clear();
    CHECK_FALSE(node->bus.is_subscribed("n:1"));

    server.start();

    comes_up(*node);
    CHECK_EQUAL(2000U, node->confirmed_when_up);
    node->bus.publish("n:0", "gone");
    node->bus.publish("n:1999", "1");
    node->bus.publish("n:new", "2");
    CHECK_TRUE(loop.until([&] { return node->got("n:new", "2"); }));
    CHECK_TRUE(node->got("n:1999", "1"));
    CHECK_EQUAL(2U, node->messages.size());
    CHECK_TRUE((node->states == std::vector<bool>{true, false, true}));
}

TEST(AsyncBus, NoticesAFrozenRedisByItsHeartbeat) {
    start_up();
    server.freeze();
    const auto start = std::chrono::steady_clock::now();

    goes_down(*node);

    CHECK_TRUE(std::chrono::steady_clock::now() - start < 1s);
    server.thaw();
    comes_up(*node);
}

TEST(AsyncBus, IsNotFooledByARedisThatOnlyAccepts) {
    server.start();
    server.freeze();
    node = make("node");
    node->bus.start();
    loop.pass(300ms);
    CHECK_FALSE(node->bus.up());

    server.thaw();
    comes_up(*node);
}

TEST(AsyncBus, GivesUpAnAttemptThatIsNeverAnswered) {
    DeafSocket deaf(server.socket());
    node = make("node");
    node->bus.start();
    loop.pass(300ms);
    deaf.leave_path();
    server.start();

    comes_up(*node);
}

TEST(AsyncBus, ComesBackWhenEitherConnectionIsCut) {
    start_up();
    for (const char* type : {"pubsub", "normal"}) {
        node->states.clear();
        server.cli(std::string("CLIENT KILL TYPE ") + type);
        CHECK_TRUE(loop.until([&] { return node->states == std::vector<bool>{false, true}; }));
    }
    node->bus.subscribe("n:a");
    CHECK_TRUE(loop.until([&] { return node->bus.is_subscribed("n:a"); }));
}

TEST(AsyncBus, SurvivesBeingCutAtAnyMoment) {
    start_up();
    for (int i = 0; i < 200; ++i) node->bus.subscribe("n:" + std::to_string(i));
    for (int i = 0; i < 60; ++i) {
        server.cli(i % 2 == 0 ? "CLIENT KILL TYPE pubsub" : "CLIENT KILL TYPE normal");
        node->bus.count_connection("user", 1, [](std::optional<std::uint64_t>) {});
        loop.pass(std::chrono::milliseconds{i});
    }
    comes_up(*node);
    CHECK_TRUE(loop.until([&] { return node->bus.is_subscribed("n:0") && node->bus.is_subscribed("n:199"); }));
}

TEST(AsyncBus, IsDownWithAWrongPasswordAndForbiddenChannels) {
    server.start();
    RedisConfig wrong = server.wsd_config();
    wrong.password_file = server.api_config().password_file;
    Node stranger(loop, wrong, "stranger");
    stranger.bus.start();
    RedisConfig api = server.api_config();
    Node forbidden(loop, api, "forbidden");
    forbidden.bus.start();
    RedisConfig unreadable = server.wsd_config();
    unreadable.password_file = server.directory() + "/missing";
    Node without(loop, unreadable, "without");
    without.bus.start();

    loop.pass(600ms);

    CHECK_FALSE(stranger.bus.up() || forbidden.bus.up() || without.bus.up());
}

TEST(AsyncBus, AStoppedLoopIsNoDeadBus) {
    start_up();
    std::this_thread::sleep_for(1200ms);

    loop.pass(600ms);

    CHECK_TRUE((node->states == std::vector<bool>{true}));
}

TEST(AsyncBus, AddsUpTheConnectionsOfAllProcesses) {
    start_both();
    total_becomes(*node, 2, 2);
    total_becomes(*other, 1, 3);
    total_becomes(*node, 3, 4);
    total_becomes(*node, 0, 1);
    total_becomes(*other, 0, 0);
    STRCMP_EQUAL("", server.cli("KEYS 'conns:*'").c_str());
}

TEST(AsyncBus, AProcessThatIsGoneCountsNoLongerThanThreeSeconds) {
    start_both();
    total_becomes(*node, 2, 2);
    total_becomes(*other, 1, 3);
    node.reset();

    total_becomes(*other, 1, 1, 4s);
}

TEST(AsyncBus, CountsAreWrittenAgainWhenRedisForgot) {
    start_both();
    total_becomes(*node, 2, 2);
    server.kill();
    goes_down(*node);
    goes_down(*other);
    server.start();
    comes_up(*node);
    comes_up(*other);

    total_becomes(*other, 1, 3);
}

TEST(AsyncBus, WhatEndedWhileCutOffDoesNotCount) {
    start_both();
    total_becomes(*node, 2, 2);
    server.cli("CLIENT PAUSE 1 ALL");
    server.cli("CLIENT KILL TYPE normal");
    goes_down(*node);
    bool answered = false;
    node->bus.count_connection("user", 0, [&](std::optional<std::uint64_t> total) { answered = !total; });
    CHECK_TRUE(answered);
    comes_up(*node);
    comes_up(*other);

    total_becomes(*other, 1, 1, 1s);
}

TEST(AsyncBus, AStoppedProcessWritesItsCountsAgain) {
    server.start();
    Loop stopped;
    Node sleeper(stopped, server.wsd_config(), "sleeper");
    sleeper.bus.start();
    CHECK_TRUE(stopped.until([&] { return sleeper.bus.up(); }));
    // More than are refreshed one by one while the test waits.
    for (int i = 0; i < 100; ++i) sleeper.bus.count_connection("another" + std::to_string(i), 1, {});
    sleeper.bus.count_connection("user", 2, {});
    stopped.pass(50ms);
    node = make("node");
    node->bus.start();
    comes_up(*node);
    total_becomes(*node, 1, 3);
    total_becomes(*node, 1, 1, 5s);

    stopped.pass(300ms);

    total_becomes(*node, 1, 3, 1s);
}

TEST(AsyncBus, CountsAreNotKnownWhileRedisIsFrozen) {
    start_up();
    server.freeze();
    int answers = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 3; ++i) {
        node->bus.count_connection("user", 1, [&](std::optional<std::uint64_t> total) { answers += total ? 100 : 1; });
    }

    CHECK_TRUE(loop.until([&] { return answers == 3; }));
    CHECK_TRUE(std::chrono::steady_clock::now() - start < 400ms);
    server.thaw();
    loop.pass(200ms);
    CHECK_EQUAL(3, answers);
}

TEST(AsyncBus, EveryCountIsAnsweredWhenRedisIsKilled) {
    start_up();
    int answers = 0;
    for (int i = 0; i < 100; ++i)
        node->bus.count_connection("user", 1, [&](std::optional<std::uint64_t>) { ++answers; });
    server.kill();

    CHECK_TRUE(loop.until([&] { return answers == 100; }));
    loop.pass(300ms);
    CHECK_EQUAL(100, answers);
}
