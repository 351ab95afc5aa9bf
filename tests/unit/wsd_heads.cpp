// tests/unit/wsd_heads.cpp — When heads are compared: seldom, often while the bus is down, and as often until the api trusts it again.
#include <chrono>
#include <memory>
#include <random>

#include "wsd/heads.h"
#include "wsd/session.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wsd;
using namespace std::chrono_literals;

namespace {

SteadyTime clock_now;

// Answers every hello with a welcome, every comparison with a head that everybody has reached.
class FakeRelay : public Relay {
public:
    int comparisons = 0;
    std::vector<std::pair<Done, RelayReply>> waiting;

    void ask(RelayRequest request, Done done) override {
        RelayReply reply;
        reply.status = 200;
        if (request.kind == RelayKind::kHello) reply.body = "7 session 600 epoch 0 0 1 0\n";
        if (request.kind == RelayKind::kHeads) {
            ++comparisons;
            reply.body = "epoch\n7 session 0 ok\n";
        }
        waiting.emplace_back(std::move(done), std::move(reply));
    }
    void answer() {
        for (auto& [done, reply] : std::exchange(waiting, {})) done(std::move(reply));
    }
};

class FakeChannels : public Channels {
public:
    bool is_up() const override { return true; }
    void subscribe(UserId /*user*/) override {}
    void unsubscribe(UserId /*user*/) override {}
    bool is_subscribed(UserId /*user*/) const override { return true; }
    void count(UserId /*user*/, std::uint64_t here, Counted counted) override {
        if (counted) counted(here);
    }
};

class FakeSocket : public Socket {
public:
    bool is_writable() override { return true; }
    void write(const Frame& /*frame*/) override {}
    void want_writable() override {}
    void pause_reading(bool /*paused*/) override {}
    void wake_at(SteadyTime /*time*/) override {}
    void cut() override {}
};

}  // namespace

TEST_GROUP(WsdHeads) {
    WsdConfig config;
    LimitsConfig limits;
    RedisConfig redis;
    FakeRelay relay;
    FakeChannels channels;
    FakeSocket socket;
    Hub hub{channels, "incarnation"};
    Sessions sessions;
    Tally tally;
    std::minstd_rand random;
    Services services{{config, limits, redis}, relay, hub, sessions, tally, random, [] { return clock_now; }};
    std::unique_ptr<Session> session = std::make_unique<Session>(1, socket, services, "");
    std::unique_ptr<Heads> heads;

    void setup() override {
        config.compare_heads_ms = 5s;
        config.compare_heads_bus_down_ms = 1s;
        redis.retry_after_ms = 2s;
        clock_now = SteadyTime{} + 1h;
        sessions.emplace(1, session.get());
        session->on_text(R"({"type":"hello","id":"1","payload":{"token":"t"}})");
        relay.answer();
        CHECK_EQUAL(7, session->user().value);
        heads = std::make_unique<Heads>(services);
    }
    void teardown() override {
        heads.reset();
        session.reset();
    }

    // How often heads are compared in that time.
    int comparisons_in(std::chrono::milliseconds time) {
        const int before = relay.comparisons;
        for (const SteadyTime end = clock_now + time; clock_now < end;) {
            clock_now += 100ms;
            heads->tick();
            relay.answer();
        }
        return relay.comparisons - before;
    }
};

TEST(WsdHeads, TheyAreComparedEverySecondWhileTheBusIsDown) {
    LONGS_EQUAL(10, comparisons_in(10s));
}

TEST(WsdHeads, TheyAreComparedAtOnceWhenTheBusComesUp) {
    heads->on_bus(true);

    LONGS_EQUAL(1, relay.comparisons);
}

TEST(WsdHeads, TheyAreComparedOftenUntilTheApiNoLongerLeavesRedisAlone) {
    heads->on_bus(true);
    relay.answer();

    // The api may leave notices out for 2 s; what it sent then is looked for in the second after that.
    LONGS_EQUAL(3, comparisons_in(3s));
}

TEST(WsdHeads, TheyAreComparedSeldomOnceAllIsWell) {
    heads->on_bus(true);
    relay.answer();
    comparisons_in(10s);

    LONGS_EQUAL(2, comparisons_in(10s));
}
