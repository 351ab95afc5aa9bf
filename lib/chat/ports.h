// lib/chat/ports.h — What the rules need of the outside, bundled.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/chat/store.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::chat {

// Events of one cause (as in Ports). Refers to both.
struct Announcement {
    std::span<const Event> events;
    std::string_view cause;
};

// Wakes live sockets up. Best effort and quick: a failure is counted inside and never fails the
// caller's work.
class Notifier {
public:
    virtual ~Notifier() = default;

    // One sealed notice per event, to its recipient, which names the cause.
    virtual void announce(std::span<const Announcement> announcements) = 0;
    // Tells `recipient` that `typist` is typing in `room`. Never stored.
    virtual void typing(UserId recipient, RoomId room, UserId typist, std::chrono::seconds expires_in) = 0;
    virtual void session_revoked(UserId user, std::string_view session_id) = 0;
    virtual void account_disabled(UserId user) = 0;
};

// A GCRA bucket: `burst` tokens at once, one more every `period`.
struct Bucket {
    // "sends", "rooms", "calls", "logins", …: also the name in the RateLimit headers
    std::string_view name;
    std::uint32_t burst = 1;
    std::chrono::microseconds period{1};
};

Bucket sends_bucket(const LimitsConfig& limits);
Bucket rooms_bucket(const LimitsConfig& limits);
Bucket calls_bucket(const LimitsConfig& limits);
Bucket resumes_bucket(const LimitsConfig& limits);
Bucket logins_bucket(const LimitsConfig& limits);
Bucket logins_address_bucket(const LimitsConfig& limits);
Bucket logins_account_bucket(const LimitsConfig& limits);
Bucket registrations_bucket(const LimitsConfig& limits);
Bucket typing_bucket(const LimitsConfig& limits);

struct LimitDecision {
    bool allowed = true;
    std::uint32_t remaining = 0;
    std::chrono::microseconds reset_after{0};  // until the bucket is full again
    std::chrono::microseconds retry_after{0};  // when refused: until a token is there
};

struct TokenRequest {
    Bucket bucket;
    std::string subject;  // e.g. "42", "203.0.113.9|bo"
};

// What became of one.
struct TokenAnswer {
    Bucket bucket;
    LimitDecision decision;
};

// Never fails: with Redis gone it falls back to a bucket of this process.
class Limiter {
public:
    virtual ~Limiter() = default;

    // Asks for one token of each in turn, up to the first that refuses, and does not wait. What was
    // asked before must have been answered or withdrawn.
    virtual void ask(std::span<const TokenRequest> tokens) = 0;
    // The answer: of those that were taken and of the one that refused. Waits for it.
    virtual std::vector<TokenAnswer> answer() = 0;
    // Nobody wants the answer: what was taken is given back.
    virtual void withdraw() = 0;
    // Asks for one and waits.
    LimitDecision take(const Bucket& bucket, std::string_view subject);
    // Asks for one of each, whatever the others are told, and waits: in one round trip where that
    // saves any.
    virtual std::vector<LimitDecision> take_each(std::span<const TokenRequest> tokens);
    // Gives one token back that this request took.
    virtual void refund(const Bucket& bucket, std::string_view subject) = 0;
};

// kRateLimited with retry_after (whole seconds, rounded up, at least 1), of an answer that refused.
Error rate_limited(const TokenAnswer& answer);
// Whether all that has been asked for was taken; else kRateLimited of the bucket that refused.
// Waits.
Result<void> take_answer(Limiter& limiter);
// The same with its question.
Result<void> take_tokens(Limiter& limiter, std::span<const TokenRequest> tokens);
// The same for one.
Result<void> take_token(Limiter& limiter, const Bucket& bucket, std::string subject);

// Argon2id. Slow on purpose: takes its thread for tens of milliseconds.
class Passwords {
public:
    virtual ~Passwords() = default;

    // kUnavailable (retry_after 1) without the memory for it.
    virtual Result<std::string> hash(std::string_view password) = 0;
    // An empty `hash` costs the same time and answers false.
    virtual Result<bool> verify(std::string_view password, std::string_view hash) = 0;
    // hash() would make one of other parameters today. Quick.
    virtual bool is_outdated(std::string_view hash) const = 0;
};

struct AccessClaims {
    UserId user;  // of our own tokens
    std::string session_id;
    Time expires_at;
    // Of a host's tokens; issuer empty for our own.
    std::string issuer;
    std::string external_id;
    std::string username;      // wish; may be empty
    std::string display_name;  // wish; may be empty
    Role role = Role::kUser;
};

struct RefreshClaims {
    std::string session_id;
    std::uint64_t generation = 0;
};

class Tokens {
public:
    virtual ~Tokens() = default;

    virtual std::string issue_access(UserId user, std::string_view session_id, Time expires_at) = 0;
    // kUnauthenticated (reason "invalid"): garbage, forged, foreign. kTokenExpired (reason
    // "expired"). For our own and for hosts' tokens.
    virtual Result<AccessClaims> verify_access(std::string_view token) = 0;
    // Names session and generation, with a MAC: whoever steals the database cannot make one.
    virtual std::string issue_refresh(std::string_view session_id, std::uint64_t generation) = 0;
    // kUnauthenticated when it was not made by us.
    virtual Result<RefreshClaims> verify_refresh(std::string_view token) = 0;
};

// What the rules have for one request.
struct Ports {
    Transactions& transactions;
    UserStore& users;
    SessionStore& sessions;
    RoomStore& rooms;
    MessageStore& messages;
    EventLog& log;
    BlockStore& blocks;
    StoreHealth& health;
    Notifier& notifier;
    Limiter& limiter;
    Passwords& passwords;
    Tokens& tokens;
    const LimitsConfig& limits;
    // Of a relayed request: its connection and number, by which that connection knows the notices
    // of its own doing; else empty.
    std::string cause = {};

    // After the commit.
    void announce(std::span<const Event> events) const {
        const Announcement announcement{events, cause};
        notifier.announce({&announcement, 1});
    }
};

// With one store in all of its roles.
inline Ports ports_on(Store& store, Notifier& notifier, Limiter& limiter, Passwords& passwords, Tokens& tokens,
                      const LimitsConfig& limits) {
    return {store, store, store, store, store, store, store, store, notifier, limiter, passwords, tokens, limits};
}

}  // namespace billet::chat
