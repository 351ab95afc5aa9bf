// tests/unit/crypto_passwords.cpp — Hashes, the dummy, and the bounds of the queue.
#include "lib/crypto/passwords.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::crypto;

TEST_GROUP(Passwords) {
    ApiConfig config;

    static double seconds_of(const auto& work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
};

TEST(Passwords, VerifiesTheRightOneOnly) {
    Passwords passwords(config);

    auto hash = passwords.hash("correct horse");

    CHECK_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK_TRUE(*passwords.verify("correct horse", *hash));
    CHECK_FALSE(*passwords.verify("correct horsf", *hash));
    CHECK_FALSE(*passwords.verify("", *hash));
    CHECK_FALSE(*passwords.verify("correct horse", "no hash at all"));
}

TEST(Passwords, TheSamePasswordHashesDifferently) {
    Passwords passwords(config);

    CHECK_FALSE(*passwords.hash("correct horse") == *passwords.hash("correct horse"));
}

TEST(Passwords, NoAccountIsAlwaysNoButAsSlow) {
    Passwords passwords(config);
    const std::string hash = *passwords.hash("correct horse");

    const double known = seconds_of([&] { CHECK_FALSE(*passwords.verify("wrong", hash)); });
    const double unknown =
        seconds_of([&] { CHECK_FALSE(*passwords.verify("a dummy for accounts that do not exist", "")); });

    CHECK_TRUE(unknown > known / 4);
}

TEST(Passwords, MoreThanRunAndWaitAreRefusedAtOnce) {
    config.password_hashes_parallel = 1;
    config.password_hashes_queued = 1;
    config.password_wait_ms = milliseconds{10000};
    Passwords passwords(config);
    std::atomic<int> done = 0;
    std::atomic<int> refused = 0;

    std::vector<std::jthread> threads;
    for (int i = 0; i < 12; ++i) {
        threads.emplace_back([&] {
            auto hash = passwords.hash("correct horse");
            if (!hash && hash.error().code == Code::kUnavailable && hash.error().retry_after.count() == 1) ++refused;
            if (hash) ++done;
        });
    }
    threads.clear();

    LONGS_EQUAL(12, done + refused);
    CHECK_TRUE(done >= 2);
    CHECK_TRUE(refused >= 1);
}

TEST(Passwords, WhoWaitsTooLongIsRefused) {
    config.password_hashes_parallel = 1;
    config.password_hashes_queued = 100;
    config.password_wait_ms = milliseconds{1};
    Passwords passwords(config);
    std::atomic<int> refused = 0;

    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { refused += passwords.hash("correct horse").ok() ? 0 : 1; });
    }
    threads.clear();

    CHECK_TRUE(refused >= 1);
    CHECK_TRUE(passwords.hash("correct horse").ok());
}
