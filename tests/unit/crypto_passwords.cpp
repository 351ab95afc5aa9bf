// tests/unit/crypto_passwords.cpp — Hashes, and the dummy.
#include "lib/crypto/passwords.h"

#include <chrono>

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::crypto;

namespace {

// Of "correct horse", made by the command argon2 with the salt 0123456789abcdef.
constexpr auto kLessMemory =
    "$argon2id$v=19$m=8192,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$O8OCkAvhpQhmReVkNUjdbJd0jPyUmAqlZerzPg8/0Ps";
constexpr auto kMorePasses =
    "$argon2id$v=19$m=19456,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$Z+4B9w+00xHbpvsBogUOLW8mqS7cIBnA4SH0xM0X0rA";
constexpr auto kArgon2i =
    "$argon2i$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$k3A0Ke+5sl7ZwafSXeKqxs+yQZnuzL2o0YbQttdD+7g";

}  // namespace

TEST_GROUP(Passwords) {
    static double seconds_of(const auto& work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
};

TEST(Passwords, VerifiesTheRightOneOnly) {
    Passwords passwords;

    auto hash = passwords.hash("correct horse");

    CHECK_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK_TRUE(*passwords.verify("correct horse", *hash));
    CHECK_FALSE(*passwords.verify("correct horsf", *hash));
    CHECK_FALSE(*passwords.verify("", *hash));
    CHECK_FALSE(*passwords.verify("correct horse", "no hash at all"));
}

TEST(Passwords, TheSamePasswordHashesDifferently) {
    Passwords passwords;

    CHECK_FALSE(*passwords.hash("correct horse") == *passwords.hash("correct horse"));
}

TEST(Passwords, AHashOfOtherParametersIsOutdatedAndStillVerifies) {
    Passwords passwords;
    const std::string today = *passwords.hash("correct horse");

    CHECK_FALSE(passwords.is_outdated(today));
    for (const char* old : {kLessMemory, kMorePasses, kArgon2i}) {
        CHECK_TRUE(*passwords.verify("correct horse", old));
        CHECK_TRUE(passwords.is_outdated(old));
    }
    CHECK_TRUE(passwords.is_outdated("no hash at all"));
}

TEST(Passwords, NoAccountIsAlwaysNoButAsSlow) {
    Passwords passwords;
    const std::string hash = *passwords.hash("correct horse");

    const double known = seconds_of([&] { CHECK_FALSE(*passwords.verify("wrong", hash)); });
    const double unknown =
        seconds_of([&] { CHECK_FALSE(*passwords.verify("a dummy for accounts that do not exist", "")); });

    CHECK_TRUE(unknown > known / 4);
}
