// tests/unit/chat_accounts.cpp — The rules of accounts, sessions and tokens.
#include "lib/chat/accounts.h"

#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

TEST_GROUP(Accounts) {
    fakes::World world;
    const std::string address = "203.0.113.9";
    Register carol{.username = "carol", .password = "correct horse", .display_name = std::nullopt};
};

TEST(Accounts, RegistrationNamesTheUserAndLogsIn) {
    auto login = register_account(world.ports, carol, address);

    CHECK_TRUE(login.ok());
    CHECK_TRUE(login->user.display_name == "carol");
    CHECK_TRUE(world.let_in(login->access_token)->user().id == login->user.id);
}

TEST(Accounts, ATakenNameIsAConflict) {
    carol.username = "alice";

    CHECK_TRUE(register_account(world.ports, carol, address).error().code == Code::kConflict);
}

TEST(Accounts, BadNamesPasswordsAndDisplayNamesAreRefusedBeforeAnyToken) {
    for (const char* name : {"ab", "Carol", "with blank", "", "123456789012345678901234567890123"}) {
        CHECK_TRUE(
            register_account(world.ports, {name, "correct horse", std::nullopt}, address).error().fields.at(0).field ==
            "username");
    }
    CHECK_TRUE(register_account(world.ports, {"carol", "short", std::nullopt}, address).error().fields.at(0).field ==
               "password");
    CHECK_TRUE(register_account(world.ports, {"carol", "correct horse", "a\nb"}, address).error().fields.at(0).field ==
               "display_name");
    LONGS_EQUAL(0, world.limiter.taken.size());
}

TEST(Accounts, AnUnknownNameCostsTheSameHashAndSaysTheSame) {
    CHECK_TRUE(register_account(world.ports, carol, address).ok());

    auto wrong = log_in(world.ports, "carol", "wrong horse", address);
    auto unknown = log_in(world.ports, "nobody", "wrong horse", address);

    CHECK_TRUE(wrong.error().code == Code::kUnauthenticated);
    CHECK_TRUE(unknown.error().code == Code::kUnauthenticated);
    LONGS_EQUAL(2, world.passwords.verified);
}

TEST(Accounts, ALoginRenewsAHashOfFormerParameters) {
    const UserId id = register_account(world.ports, carol, address)->user.id;
    world.store.state.users[id].password_hash = "outdated:correct horse";

    CHECK_TRUE(log_in(world.ports, "carol", "correct horse", address).ok());

    STRCMP_EQUAL("hashed:correct horse", world.store.state.users[id].password_hash.c_str());
}

TEST(Accounts, OnlyTheRightPasswordAndAnOutdatedHashCostASecondHash) {
    const UserId id = register_account(world.ports, carol, address)->user.id;
    world.passwords.hashed = 0;

    CHECK_TRUE(log_in(world.ports, "carol", "correct horse", address).ok());
    world.store.state.users[id].password_hash = "outdated:correct horse";
    CHECK_FALSE(log_in(world.ports, "carol", "wrong horse", address).ok());
    CHECK_FALSE(log_in(world.ports, "nobody", "wrong horse", address).ok());

    LONGS_EQUAL(0, world.passwords.hashed);
    STRCMP_EQUAL("outdated:correct horse", world.store.state.users[id].password_hash.c_str());
}

TEST(Accounts, ALoginSucceedsWhenItsHashCannotBeRenewed) {
    class NoNewHashes : public fakes::FakeStore {
    public:
        Result<void> replace_password_hash(UserId, std::string_view, std::string_view) override {
            return unavailable("the database has gone");
        }
    };
    NoNewHashes store;
    Ports ports = ports_on(store, world.notifier, world.limiter, world.passwords, world.tokens, world.limits);
    const UserId id = register_account(ports, carol, address)->user.id;
    store.state.users[id].password_hash = "outdated:correct horse";

    CHECK_TRUE(log_in(ports, "carol", "correct horse", address).ok());
    world.passwords.out_of_memory = true;
    CHECK_TRUE(log_in(ports, "carol", "correct horse", address).ok());

    STRCMP_EQUAL("outdated:correct horse", store.state.users[id].password_hash.c_str());
    LONGS_EQUAL(3, world.passwords.hashed);
}

TEST(Accounts, LoginsAreLimitedPerAccountAndAddressTogether) {
    CHECK_TRUE(register_account(world.ports, carol, address).ok());
    for (int i = 0; i < 5; ++i) CHECK_TRUE(log_in(world.ports, "carol", "correct horse", address).ok());

    CHECK_TRUE(log_in(world.ports, "carol", "correct horse", address).error().code == Code::kRateLimited);
    CHECK_TRUE(log_in(world.ports, "carol", "correct horse", "203.0.113.10").ok());
}

TEST(Accounts, RefusedLoginsFromOneAddressDoNotUseUpTheAccountsBucket) {
    CHECK_TRUE(register_account(world.ports, carol, address).ok());

    for (int i = 0; i < 25; ++i) CHECK_FALSE(log_in(world.ports, "carol", "wrong horse", address).ok());

    LONGS_EQUAL(5, world.limiter.count("logins_account:carol"));
}

TEST(Accounts, ADisabledAccountIsToldSoOnlyWithTheRightPassword) {
    auto login = register_account(world.ports, carol, address);
    CHECK_TRUE(world.store.set_disabled(login->user.id, true).ok());

    CHECK_TRUE(log_in(world.ports, "carol", "correct horse", address).error().code == Code::kAccountDisabled);
    CHECK_TRUE(log_in(world.ports, "carol", "wrong horse", address).error().code == Code::kUnauthenticated);
    CHECK_TRUE(world.let_in(login->access_token).error().code == Code::kAccountDisabled);
    CHECK_TRUE(refresh_login(world.ports, login->refresh_token).error().code == Code::kAccountDisabled);
}

TEST(Accounts, WhatADisabledAccountHadIsNotBackWhenItIsEnabled) {
    auto login = register_account(world.ports, carol, address);
    CHECK_TRUE(world.store.set_disabled(login->user.id, true).ok());

    CHECK_TRUE(world.store.set_disabled(login->user.id, false).ok());

    CHECK_TRUE(world.let_in(login->access_token).error().reason == "revoked");
    CHECK_TRUE(refresh_login(world.ports, login->refresh_token).error().code == Code::kUnauthenticated);
    auto anew = log_in(world.ports, "carol", "correct horse", address);
    CHECK_TRUE(world.let_in(anew->access_token).ok());
}

TEST(Accounts, TokensOfAHostFromBeforeTheAccountWasEnabledAreRefusedForGood) {
    const auto token = [](Time issued) {
        return "host/ext-9/gina/" +
               std::to_string(std::chrono::floor<std::chrono::seconds>(issued).time_since_epoch().count());
    };
    const std::string old = token(now() - std::chrono::hours{1});
    const std::string of_this_second = token(now());
    const UserId gina = world.let_in(old)->user().id;
    CHECK_TRUE(world.store.set_disabled(gina, true).ok());
    CHECK_TRUE(world.let_in(old).error().code == Code::kAccountDisabled);

    CHECK_TRUE(world.store.set_disabled(gina, false).ok());

    CHECK_TRUE(world.let_in(old).error().reason == "revoked");
    CHECK_TRUE(world.let_in(of_this_second).error().reason == "revoked");
    CHECK_TRUE(world.let_in(token(now() + std::chrono::seconds{2}))->user().id == gina);
}

TEST(Accounts, ARefreshTokenWorksOnce) {
    auto login = register_account(world.ports, carol, address);

    auto second = refresh_login(world.ports, login->refresh_token);

    CHECK_TRUE(second.ok());
    CHECK_FALSE(second->refresh_token == login->refresh_token);
    CHECK_TRUE(refresh_login(world.ports, second->refresh_token).ok());
}

TEST(Accounts, ReuseOfASpentRefreshTokenEndsTheSession) {
    auto login = register_account(world.ports, carol, address);
    auto second = refresh_login(world.ports, login->refresh_token);

    CHECK_TRUE(refresh_login(world.ports, login->refresh_token).error().code == Code::kUnauthenticated);

    CHECK_TRUE(refresh_login(world.ports, second->refresh_token).error().code == Code::kUnauthenticated);
    CHECK_TRUE(world.let_in(second->access_token).error().reason == "revoked");
    LONGS_EQUAL(1, world.notifier.revoked.size());
}

TEST(Accounts, LogoutEndsTheSessionAtOnceAndTellsItsSockets) {
    auto login = register_account(world.ports, carol, address);
    auto caller = world.let_in(login->access_token);

    CHECK_TRUE(log_out(world.ports, caller->caller()).ok());

    CHECK_TRUE(world.let_in(login->access_token).error().reason == "revoked");
    CHECK_TRUE(world.notifier.revoked.at(0) == caller->caller().session_id);
}

TEST(Accounts, AHostsUserIsMirroredOnFirstSightAndFoundAgain) {
    auto first = world.let_in("host/ext-1/Dora Q");
    auto again = world.let_in("host/ext-1/Renamed");

    CHECK_TRUE(first.ok());
    CHECK_TRUE(first->user().username == "dora-q");
    CHECK_TRUE(again->user().id == first->user().id);
}

TEST(Accounts, AHostsUserWithATakenNameGetsASuffix) {
    auto mirrored = world.let_in("host/ext-2/alice");

    CHECK_TRUE(mirrored.ok());
    CHECK_TRUE(mirrored->user().username.starts_with("alice-"));
}

TEST(Accounts, AHostsUserCanLogOut) {
    auto caller = world.let_in("host/ext-3/frank");

    CHECK_TRUE(log_out(world.ports, caller->caller()).ok());

    CHECK_TRUE(world.let_in("host/ext-3/frank").error().reason == "revoked");
}

TEST(Accounts, TheOperatorsTokenWorksUntilItsSessionIsRevoked) {
    auto login = issue_token(world.ports, "alice", std::chrono::seconds{60});
    auto caller = world.let_in(login->access_token);
    CHECK_TRUE(caller.ok());

    CHECK_TRUE(revoke_session(world.ports, caller->caller().session_id).ok());

    CHECK_TRUE(world.let_in(login->access_token).error().reason == "revoked");
}

TEST(Accounts, UsersAreFoundByExactNameOrPrefix) {
    LONGS_EQUAL(1, find_users(world.ports, "alice", std::nullopt)->size());
    LONGS_EQUAL(0, find_users(world.ports, "ali", std::nullopt)->size());
    LONGS_EQUAL(1, find_users(world.ports, std::nullopt, "ali")->size());
    CHECK_TRUE(find_users(world.ports, std::nullopt, std::nullopt).error().code == Code::kInvalidArgument);
}
