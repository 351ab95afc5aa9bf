// tests/fakes/fake_ports.h — All ports of the rules in memory, and a few people to play with.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/config/limits.h"
#include "lib/chat/admission.h"
#include "lib/chat/ports.h"
#include "tests/fakes/fake_store.h"

namespace billet::fakes {

class FakeNotifier : public chat::Notifier {
public:
    std::vector<chat::Event> announced;
    std::string cause;  // of the last announcement
    std::vector<std::pair<UserId, RoomId>> typings;
    std::vector<std::string> revoked;
    std::vector<UserId> disabled;

    void announce(std::span<const chat::Announcement> announcements) override {
        for (const auto& [events, from] : announcements) {
            announced.insert(announced.end(), events.begin(), events.end());
            cause = from;
        }
    }
    void typing(UserId recipient, RoomId room, UserId /*typist*/, std::chrono::seconds /*expires_in*/) override {
        typings.emplace_back(recipient, room);
    }
    void session_revoked(UserId /*user*/, std::string_view session_id) override { revoked.emplace_back(session_id); }
    void account_disabled(UserId user) override { disabled.push_back(user); }
};

// Counts tokens per bucket and subject; never refills.
class FakeLimiter : public chat::Limiter {
public:
    std::map<std::string, std::uint32_t> taken;  // "bucket:subject"

    std::uint32_t count(const std::string& key) const { return taken.contains(key) ? taken.at(key) : 0; }

    int asked = 0;  // how often

    void ask(std::span<const chat::TokenRequest> tokens) override {
        ++asked;
        asked_.assign(tokens.begin(), tokens.end());
    }
    std::vector<chat::TokenAnswer> answer() override {
        std::vector<chat::TokenAnswer> answers;
        for (const auto& [bucket, subject] : std::exchange(asked_, {})) {
            answers.push_back({bucket, take_one(bucket, subject)});
            if (!answers.back().decision.allowed) break;
        }
        return answers;
    }
    void withdraw() override { asked_.clear(); }
    void refund(const chat::Bucket& bucket, std::string_view subject) override {
        --taken[std::string(bucket.name) + ":" + std::string(subject)];
    }

private:
    std::vector<chat::TokenRequest> asked_;

    chat::LimitDecision take_one(const chat::Bucket& bucket, std::string_view subject) {
        std::uint32_t& used = taken[std::string(bucket.name) + ":" + std::string(subject)];
        if (used >= bucket.burst)
            return {.allowed = false,
                    .remaining = 0,
                    .reset_after = bucket.period * bucket.burst,
                    .retry_after = bucket.period};
        ++used;
        return {
            .allowed = true, .remaining = bucket.burst - used, .reset_after = bucket.period * used, .retry_after = {}};
    }
};

// "hashes" by a prefix ("outdated:" for a hash of former parameters), and counts, so that tests can
// see that unknown accounts cost a hash too.
class FakePasswords : public chat::Passwords {
public:
    int hashed = 0;
    int verified = 0;
    bool out_of_memory = false;  // hash() fails

    Result<std::string> hash(std::string_view password) override {
        ++hashed;
        if (out_of_memory) return unavailable("no memory for a password hash");
        return "hashed:" + std::string(password);
    }
    Result<bool> verify(std::string_view password, std::string_view hash) override {
        ++verified;
        return hash == "hashed:" + std::string(password) || hash == "outdated:" + std::string(password);
    }
    bool is_outdated(std::string_view hash) const override { return hash.starts_with("outdated:"); }
};

// Tokens in clear text: "user/session" and "session#generation"; a host's: "host/external/name",
// issued at this moment, or "host/external/name/seconds-since-1970".
class FakeTokens : public chat::Tokens {
public:
    std::string host_display_name;  // of the next "host/SUBJECT/USERNAME"

    std::string issue_access(UserId user, std::string_view session_id, Time expires_at) override;
    Result<chat::AccessClaims> verify_access(std::string_view token) override;
    std::string issue_refresh(std::string_view session_id, std::uint64_t generation) override;
    Result<chat::RefreshClaims> verify_refresh(std::string_view token) override;
};

// alice, bob and the stranger eve exist; alice and bob share a room.
struct World {
    FakeStore store;
    FakeNotifier notifier;
    FakeLimiter limiter;
    FakePasswords passwords;
    FakeTokens tokens;
    LimitsConfig limits;
    chat::Ports ports = chat::ports_on(store, notifier, limiter, passwords, tokens, limits);
    chat::Caller alice;
    chat::Caller bob;
    chat::Caller eve;
    RoomId room;

    World();

    chat::Caller caller(const std::string& name);
    // Whom a token names, let in; or why not.
    Result<chat::Admission> let_in(std::string_view token);
    // Sends as `from` and returns the message; the test ends badly when it cannot.
    chat::Message say(const chat::Caller& from, const std::string& content);
};

}  // namespace billet::fakes
