// tests/contract/bus_limiter.cpp — One set of rules for every limiter: the process's own and the
// one on Redis; then what Redis adds.
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/bus/local_limiter.h"
#include "lib/bus/redis_limiter.h"
#include "tests/contract/bus_keys.h"
#include "tests/contract/redis_server.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::bus;
using namespace std::chrono_literals;

namespace {

const chat::Bucket kSlow{"sends", 3, 1h};
const chat::Bucket kQuick{"calls", 2, 100ms};

template <typename Limiter>
int take_all(Limiter& limiter, const chat::Bucket& bucket, const std::string& subject, int times) {
    int allowed = 0;
    for (int i = 0; i < times; ++i) allowed += limiter.take(bucket, subject).allowed ? 1 : 0;
    return allowed;
}

constexpr auto gives_the_burst_and_no_more = [](auto& limiter) {
    CHECK_EQUAL(3, take_all(limiter, kSlow, "42", 10));
    CHECK_EQUAL(3, take_all(limiter, kSlow, "43", 10));
    CHECK_EQUAL(2, take_all(limiter, kQuick, "42", 2));
};

constexpr auto counts_down = [](auto& limiter) {
    for (std::uint32_t left = 3; left-- > 0;) CHECK_EQUAL(left, limiter.take(kSlow, "down").remaining);
    const chat::LimitDecision refused = limiter.take(kSlow, "down");
    CHECK_FALSE(refused.allowed);
    CHECK_EQUAL(0U, refused.remaining);
    CHECK_TRUE(refused.retry_after > 59min && refused.retry_after <= 1h);
    CHECK_TRUE(refused.reset_after > 2h + 59min && refused.reset_after <= 3h);
};

constexpr auto gives_one_every_period = [](auto& limiter) {
    take_all(limiter, kQuick, "period", 2);
    const chat::LimitDecision refused = limiter.take(kQuick, "period");
    CHECK_FALSE(refused.allowed);
    CHECK_TRUE(refused.retry_after > 0us && refused.retry_after <= 100ms);
    std::this_thread::sleep_for(refused.retry_after + 2ms);
    CHECK_TRUE(limiter.take(kQuick, "period").allowed);
    std::this_thread::sleep_for(300ms);
    CHECK_EQUAL(1U, limiter.take(kQuick, "period").remaining);
};

constexpr auto gives_back = [](auto& limiter) {
    CHECK_EQUAL(3, take_all(limiter, kSlow, "back", 5));
    limiter.refund(kSlow, "back");
    CHECK_EQUAL(1, take_all(limiter, kSlow, "back", 5));
    for (int i = 0; i < 10; ++i) limiter.refund(kSlow, "back");
    limiter.refund(kSlow, "nobody");
    CHECK_EQUAL(3, take_all(limiter, kSlow, "back", 5));
    CHECK_EQUAL(3, take_all(limiter, kSlow, "nobody", 5));
};

constexpr auto survives_a_lowered_burst = [](auto& limiter) {
    take_all(limiter, {"calls", 1000, 100ms}, "lowered", 1000);
    const chat::LimitDecision refused = limiter.take(kQuick, "lowered");
    CHECK_FALSE(refused.allowed);
    CHECK_TRUE(refused.retry_after <= 100ms);
    std::this_thread::sleep_for(refused.retry_after + 2ms);
    CHECK_TRUE(limiter.take(kQuick, "lowered").allowed);
};

constexpr auto takes_any_subject = [](auto& limiter) {
    const std::string odd("a b\r\n\0:*{}\xFF", 11);
    CHECK_EQUAL(3, take_all(limiter, kSlow, odd, 5));
    CHECK_EQUAL(3, take_all(limiter, kSlow, "", 5));
};

}  // namespace

TEST_GROUP(LimiterContract) {
    contract::RedisServer server;
    LocalLimiter local;
    std::unique_ptr<RedisConnection> redis;
    contract::BusKeys keys;
    std::unique_ptr<RedisLimiter> on_redis;

    void connect(RedisConnection::Clock clock = std::chrono::steady_clock::now) {
        RedisConfig config = server.api_config();
        config.timeout_ms = 500ms;
        redis = std::make_unique<RedisConnection>(config, std::move(clock));
        on_redis = std::make_unique<RedisLimiter>(*redis, local, *keys.sealer);
    }
    template <typename Rules>
    void on_both(Rules rules) {
        LocalLimiter alone;
        rules(alone);
        server.start();
        connect();
        rules(*on_redis);
        CHECK_EQUAL(0U, local.keys());
    }
};

TEST(LimiterContract, GivesTheBurstAndNoMore) {
    on_both(gives_the_burst_and_no_more);
}

TEST(LimiterContract, CountsDownAndSaysWhenToComeBack) {
    on_both(counts_down);
}

TEST(LimiterContract, GivesOneEveryPeriod) {
    on_both(gives_one_every_period);
}

TEST(LimiterContract, GivesBackAndNeverTooMuch) {
    on_both(gives_back);
}

TEST(LimiterContract, TakesOneOfEachWhateverTheOthersAreToldWithRedisAndWithout) {
    std::vector<chat::TokenRequest> tokens(4, {kSlow, "42"});
    tokens.push_back({kQuick, "42"});
    tokens.push_back({kSlow, "43"});
    const auto told = [&] {
        std::string text;
        for (const chat::LimitDecision& each : on_redis->take_each(tokens)) text += each.allowed ? 'y' : 'n';
        return text;
    };
    server.start();
    connect();

    STRCMP_EQUAL("yyynyy", told().c_str());
    CHECK_EQUAL(2, take_all(*on_redis, kSlow, "43", 5));
    CHECK_EQUAL(0U, local.keys());
    server.kill();
    STRCMP_EQUAL("yyynyy", told().c_str());
    CHECK_TRUE(local.keys() > 0);
}

TEST(LimiterContract, ALoweredBurstDoesNotLockOut) {
    on_both(survives_a_lowered_burst);
}

TEST(LimiterContract, TakesAnySubject) {
    on_both(takes_any_subject);
}

TEST(LimiterContract, IsSharedByAllConnections) {
    server.start();
    connect();
    RedisConnection other_connection(server.api_config());
    RedisLimiter other(other_connection, local, *keys.sealer);

    CHECK_EQUAL(2, take_all(*on_redis, kSlow, "42", 2));
    CHECK_EQUAL(1, take_all(other, kSlow, "42", 5));
}

TEST(LimiterContract, KeysInRedisEndByThemselves) {
    server.start();
    connect();
    take_all(*on_redis, kQuick, "42", 2);
    STRCMP_EQUAL(("limit:calls:" + keys.sealer->name_of("limit:calls", "42")).c_str(), server.cli("KEYS '*'").c_str());

    std::this_thread::sleep_for(350ms);

    STRCMP_EQUAL("", server.cli("KEYS '*'").c_str());
}

TEST(LimiterContract, RedisDoesNotLearnWhomItCounts) {
    server.start();
    connect();
    for (const char* subject : {"4711", "203.0.113.9", "2001:db8::/64", "203.0.113.9|annabel", "4711|8150815"}) {
        on_redis->take(kSlow, subject);
        on_redis->take(kQuick, subject);
    }

    const std::string keys_there = server.cli("KEYS '*'");

    CHECK_EQUAL(10, static_cast<int>(std::ranges::count(keys_there, '\n')) + 1);
    for (const char* word : {"4711", "203.0", "2001:db8", "annabel", "8150815"})
        CHECK_TRUE(keys_there.find(word) == std::string::npos);
}

TEST(LimiterContract, ScriptsThatRedisForgotAreLoadedAgain) {
    server.start();
    connect();
    CHECK_EQUAL(1, take_all(*on_redis, kSlow, "42", 1));
    server.cli("SCRIPT FLUSH");

    CHECK_EQUAL(2, take_all(*on_redis, kSlow, "42", 5));
    CHECK_EQUAL(0U, local.keys());
}

TEST(LimiterContract, WithoutRedisTheProcessLimits) {
    connect();

    CHECK_EQUAL(3, take_all(*on_redis, kSlow, "42", 10));
    on_redis->refund(kSlow, "42");
    CHECK_EQUAL(1, take_all(*on_redis, kSlow, "42", 10));
}

TEST(LimiterContract, ARestartedRedisIsUsedAtOnce) {
    server.start();
    connect();
    CHECK_EQUAL(1, take_all(*on_redis, kSlow, "42", 1));
    server.kill();
    server.start();

    CHECK_EQUAL(3, take_all(*on_redis, kSlow, "42", 10));
    CHECK_EQUAL(0U, local.keys());
}

TEST(LimiterContract, AKilledRedisIsTriedAgainAfterAWhile) {
    auto time = std::chrono::steady_clock::now();
    server.start();
    connect([&time] { return time; });
    take_all(*on_redis, kSlow, "42", 1);
    server.kill();
    CHECK_EQUAL(3, take_all(*on_redis, kSlow, "42", 10));
    server.start();
    CHECK_EQUAL(0, take_all(*on_redis, kSlow, "42", 10));
    CHECK_FALSE(redis->is_connected());

    time += server.api_config().retry_after_ms;

    CHECK_EQUAL(3, take_all(*on_redis, kSlow, "42", 10));
    CHECK_TRUE(redis->is_connected());
}

TEST(LimiterContract, AFrozenRedisCostsOneTimeOutAndNotOnePerCall) {
    server.start();
    connect();
    take_all(*on_redis, kSlow, "42", 1);
    server.freeze();
    const auto before = std::chrono::steady_clock::now();

    CHECK_EQUAL(3, take_all(*on_redis, kSlow, "42", 50));

    CHECK_TRUE(std::chrono::steady_clock::now() - before < 1s);
    server.thaw();
}

TEST(LimiterContract, AWrongPasswordIsAMissingRedis) {
    server.start();
    RedisConfig config = server.api_config();
    config.password_file = server.wsd_config().password_file;
    RedisConnection stranger(config);
    RedisLimiter limiter(stranger, local, *keys.sealer);

    CHECK_EQUAL(3, take_all(limiter, kSlow, "42", 10));
    CHECK_EQUAL(1U, local.keys());
}

TEST(LimiterContract, ARedisWithoutMemoryIsAMissingRedis) {
    server.start();
    connect();
    server.cli("CONFIG SET maxmemory 1");

    CHECK_EQUAL(3, take_all(*on_redis, kSlow, "42", 10));
    CHECK_EQUAL(1U, local.keys());
}

TEST(LimiterContract, SeveralAreTakenInTurnUpToTheFirstThatRefuses) {
    const std::array tokens{chat::TokenRequest{kQuick, "a"}, chat::TokenRequest{{"logins", 1, 1h}, "b"},
                            chat::TokenRequest{kSlow, "c"}};
    const auto rules = [&] {
        on_redis->ask(tokens);
        const auto all = on_redis->answer();
        CHECK_EQUAL(3U, all.size());
        CHECK_TRUE(all[0].decision.allowed && all[1].decision.allowed && all[2].decision.allowed);
        CHECK_EQUAL(2U, all[2].decision.remaining);
        STRCMP_EQUAL("logins", std::string(all[1].bucket.name).c_str());
        on_redis->ask(tokens);
        const auto some = on_redis->answer();
        CHECK_EQUAL(2U, some.size());
        CHECK_TRUE(some[0].decision.allowed);
        CHECK_FALSE(some[1].decision.allowed);
        CHECK_EQUAL(1U, on_redis->take(kSlow, "c").remaining);
    };
    connect();
    rules();
    CHECK_EQUAL(3U, local.keys());
    server.start();
    connect();
    rules();
    CHECK_EQUAL(3U, local.keys());
}

TEST(LimiterContract, WhatIsWithdrawnIsGivenBack) {
    server.start();
    connect();
    on_redis->ask(std::array{chat::TokenRequest{kSlow, "42"}});
    on_redis->withdraw();

    CHECK_EQUAL(2U, on_redis->take(kSlow, "42").remaining);
}

TEST(LimiterContract, AnAnswerWaitsForWhoeverReadsItLater) {
    server.start();
    connect();
    on_redis->ask(std::array{chat::TokenRequest{kSlow, "42"}});
    CHECK_TRUE(redis->ask({"EXISTS", "nothing"})->integer == 0);
    CHECK_TRUE(redis->post(std::array{RedisConnection::Arguments{"PUBLISH", "nobody", "hears"}}));

    CHECK_EQUAL(2U, on_redis->answer().front().decision.remaining);
    CHECK_EQUAL(1U, on_redis->take(kSlow, "42").remaining);
    CHECK_EQUAL(0U, local.keys());
}

TEST(LimiterContract, AnAnswerThatNobodyReadIsNotTakenForTheNextOne) {
    server.start();
    connect();
    on_redis->ask(std::array{chat::TokenRequest{kSlow, "42"}});

    CHECK_EQUAL(2U, on_redis->take(kSlow, "43").remaining);
    CHECK_EQUAL(1U, on_redis->take(kSlow, "42").remaining);
}

TEST(LimiterContract, ARedisThatGoesBeforeItsAnswerIsAMissingRedis) {
    server.start();
    connect();
    take_all(*on_redis, kSlow, "42", 1);
    server.freeze();
    on_redis->ask(std::array{chat::TokenRequest{kSlow, "42"}});

    CHECK_TRUE(on_redis->answer().front().decision.allowed);

    CHECK_EQUAL(1U, local.keys());
    server.thaw();
}

TEST(LimiterContract, ARedisThatIsRestartedBeforeItsAnswerIsAskedAgain) {
    server.start();
    connect();
    take_all(*on_redis, kSlow, "42", 1);
    server.freeze();
    on_redis->ask(std::array{chat::TokenRequest{kSlow, "42"}});
    server.kill();
    server.start();

    CHECK_EQUAL(2U, on_redis->answer().front().decision.remaining);

    CHECK_EQUAL(0U, local.keys());
}
