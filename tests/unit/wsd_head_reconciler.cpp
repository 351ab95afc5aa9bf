// tests/unit/wsd_head_reconciler.cpp — When heads are compared: seldom, often while the bus is
// down, and as often until the api trusts it again.
#include <chrono>
#include <optional>

#include "tests/fakes/wsd/api_answers.h"
#include "tests/fakes/wsd/fake_daemon.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::fakes;
using namespace std::chrono_literals;

TEST_GROUP(WsdHeads) {
    WsdConfig config;
    LimitsConfig limits;
    RedisConfig redis;
    std::optional<FakeDaemon> daemon;

    void setup() override {
        config.compare_heads_ms = 5s;
        config.compare_heads_bus_down_ms = 1s;
        redis.retry_after_ms = 2s;
        daemon.emplace(wsd::Settings{config, limits, redis});
        FakeConnection& client = daemon->connect();
        client.session.on_text(R"({"type":"hello","payload":{"token":")" + token_of(7) + "\"}}");
        daemon->answer(hello_reply({}, "epoch", false, {}));
        CHECK_EQUAL(7, client.session.user().value);
        daemon->compare_heads();
    }
    void teardown() override {
        daemon.reset();
    }

    // With a head that everybody has reached. Gives how often it was asked for.
    int answer_all() {
        int comparisons = 0;
        while (!daemon->relay.open.empty()) {
            CHECK_TRUE(daemon->relay.open.front().request.kind == wsd::RelayKind::kHeads);
            ++comparisons;
            daemon->answer(text_reply("epoch\n7 s1 0 ok"));
        }
        return comparisons;
    }
    // How often heads are compared in that time.
    int comparisons_in(std::chrono::milliseconds time) {
        int comparisons = 0;
        for (std::chrono::milliseconds passed{}; passed < time; passed += 100ms) {
            daemon->advance(100ms);
            comparisons += answer_all();
        }
        return comparisons;
    }
};

TEST(WsdHeads, TheyAreComparedEverySecondWhileTheBusIsDown) {
    LONGS_EQUAL(10, comparisons_in(10s));
}

TEST(WsdHeads, TheyAreComparedAtOnceWhenTheBusComesUp) {
    daemon->bring_bus_up();

    LONGS_EQUAL(1, answer_all());
}

TEST(WsdHeads, TheyAreComparedOftenUntilTheApiNoLongerLeavesRedisAlone) {
    daemon->bring_bus_up();
    answer_all();

    // The api may leave notices out for 2 s; what it sent then is looked for in the second after
    // that.
    LONGS_EQUAL(3, comparisons_in(3s));
}

TEST(WsdHeads, TheyAreComparedSeldomOnceAllIsWell) {
    daemon->bring_bus_up();
    answer_all();
    comparisons_in(10s);

    LONGS_EQUAL(2, comparisons_in(10s));
}
