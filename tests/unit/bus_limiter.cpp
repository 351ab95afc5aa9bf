// tests/unit/bus_limiter.cpp — The arithmetic of a bucket, and the buckets of one process.
#include "lib/bus/local_limiter.h"

#include <cstdint>
#include <string>
#include <thread>

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::bus;
using namespace std::chrono_literals;

TEST_GROUP(LocalLimiter) {
    microseconds time = 1h;
    LocalLimiter limiter{[this] { return time; }, 1000};
    const chat::Bucket sends{"sends", 3, 500ms};

    void empty(const chat::Bucket& bucket, const std::string& subject) {
        for (std::uint32_t i = 0; i < bucket.burst; ++i) CHECK_TRUE(limiter.take(bucket, subject).allowed);
    }
};

TEST(LocalLimiter, GivesTheBurstAtOnceAndThenOneEveryPeriod) {
    empty(sends, "42");
    CHECK_FALSE(limiter.take(sends, "42").allowed);

    time += 499ms;
    CHECK_FALSE(limiter.take(sends, "42").allowed);
    time += 1ms;
    CHECK_TRUE(limiter.take(sends, "42").allowed);
    CHECK_FALSE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, SaysWhatIsLeftAndWhenItIsFullAgain) {
    const chat::LimitDecision first = limiter.take(sends, "42");
    CHECK_TRUE(first.allowed);
    CHECK_EQUAL(2U, first.remaining);
    CHECK_TRUE(first.reset_after == 500ms);
    CHECK_TRUE(first.retry_after == 0us);

    time += 100ms;
    const chat::LimitDecision second = limiter.take(sends, "42");
    CHECK_EQUAL(1U, second.remaining);
    CHECK_TRUE(second.reset_after == 900ms);
}

TEST(LocalLimiter, SaysWhenToComeBackAndMeansIt) {
    empty(sends, "42");
    time += 123'456us;

    const chat::LimitDecision refused = limiter.take(sends, "42");

    CHECK_FALSE(refused.allowed);
    CHECK_EQUAL(0U, refused.remaining);
    CHECK_TRUE(refused.retry_after == 500ms - 123'456us);
    CHECK_TRUE(refused.reset_after == 1500ms - 123'456us);
    time += refused.retry_after - 1us;
    CHECK_FALSE(limiter.take(sends, "42").allowed);
    time += 1us;
    CHECK_TRUE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, RefusalsCostNothing) {
    empty(sends, "42");
    for (int i = 0; i < 100; ++i) CHECK_FALSE(limiter.take(sends, "42").allowed);

    time += 500ms;
    CHECK_TRUE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, IsFullAfterALongTimeAndNoFuller) {
    empty(sends, "42");
    time += 24h;
    empty(sends, "42");
    CHECK_FALSE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, SubjectsAndBucketsAreApart) {
    empty(sends, "42");
    CHECK_TRUE(limiter.take(sends, "43").allowed);
    CHECK_TRUE(limiter.take({"rooms", 1, 1s}, "42").allowed);
    CHECK_FALSE(limiter.take({"rooms", 1, 1s}, "42").allowed);
}

TEST(LocalLimiter, ARefundGivesOneTokenBack) {
    empty(sends, "42");
    limiter.refund(sends, "42");
    CHECK_TRUE(limiter.take(sends, "42").allowed);
    CHECK_FALSE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, RefundsNeverFillMoreThanTheBucket) {
    limiter.refund(sends, "42");
    CHECK_TRUE(limiter.take(sends, "42").allowed);
    for (int i = 0; i < 10; ++i) limiter.refund(sends, "42");
    empty(sends, "42");
    CHECK_FALSE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, ALoweredBurstDoesNotLockOut) {
    empty({"sends", 100, 500ms}, "42");

    const chat::LimitDecision refused = limiter.take(sends, "42");

    CHECK_FALSE(refused.allowed);
    CHECK_TRUE(refused.retry_after == 500ms);
    time += 500ms;
    CHECK_TRUE(limiter.take(sends, "42").allowed);
}

TEST(LocalLimiter, RemembersOnlySoManyAndForgetsTheFullestFirst) {
    LocalLimiter small{[this] { return time; }, 10};
    const chat::Bucket slow{"slow", 2, 1h};
    for (int i = 0; i < 2; ++i) small.take(slow, "attacker");
    for (int i = 0; i < 100; ++i) small.take(slow, std::to_string(i));

    CHECK_EQUAL(10U, small.keys());
    CHECK_FALSE(small.take(slow, "attacker").allowed);
    CHECK_TRUE(small.take(slow, "anybody").allowed);
}

TEST(LocalLimiter, ForgetsWhoeverIsFullAgain) {
    for (int i = 0; i < 500; ++i) limiter.take(sends, std::to_string(i));
    CHECK_EQUAL(500U, limiter.keys());

    time += 1h;
    for (int i = 0; i < 300; ++i) limiter.take(sends, "42");

    CHECK_TRUE(limiter.keys() < 500U);
}

TEST(LocalLimiter, ThreadsTogetherGetNoMoreThanTheBurst) {
    const chat::Bucket bucket{"calls", 1000, 1h};
    std::atomic<int> allowed = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) allowed += limiter.take(bucket, "42").allowed ? 1 : 0;
            });
        }
    }
    CHECK_EQUAL(1000, allowed.load());
}
