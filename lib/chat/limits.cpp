// lib/chat/limits.cpp — The buckets of the contract, from the configuration.
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "lib/base/config/limits.h"
#include "lib/chat/ports.h"

namespace billet::chat {
namespace {

using std::chrono::microseconds;

microseconds period_of(double tokens, double per_seconds) {
    return microseconds{std::max<std::int64_t>(1, std::llround(per_seconds * 1e6 / tokens))};
}

// `count` a minute, all of which may come at once.
Bucket per_minute(std::string_view name, std::uint32_t count) {
    return {name, count, period_of(count, 60)};
}

}  // namespace

Bucket sends_bucket(const LimitsConfig& limits) {
    return {"sends", limits.sends_burst, period_of(limits.sends_per_second, 1)};
}

Bucket rooms_bucket(const LimitsConfig& limits) {
    return {"rooms", limits.rooms_burst, period_of(limits.rooms_per_hour, 3600)};
}

Bucket calls_bucket(const LimitsConfig& limits) {
    return {"calls", limits.calls_burst, period_of(limits.calls_per_second, 1)};
}

Bucket resumes_bucket(const LimitsConfig& limits) {
    return {"resumes", limits.resumes_burst, period_of(limits.resumes_per_minute, 60)};
}

Bucket logins_bucket(const LimitsConfig& limits) {
    return per_minute("logins", limits.logins_per_minute);
}

Bucket logins_address_bucket(const LimitsConfig& limits) {
    return per_minute("logins_address", limits.logins_per_minute_address);
}

Bucket logins_account_bucket(const LimitsConfig& limits) {
    return per_minute("logins_account", limits.logins_per_minute_account);
}

Bucket registrations_bucket(const LimitsConfig& limits) {
    return per_minute("registrations", limits.registrations_per_minute_address);
}

Bucket typing_bucket(const LimitsConfig& limits) {
    return {"typing", 1, std::max(microseconds{1}, microseconds{limits.typing_interval_s})};
}

LimitDecision Limiter::take(const Bucket& bucket, std::string_view subject) {
    ask(std::array{TokenRequest{bucket, std::string(subject)}});
    return answer().front().decision;
}

std::vector<LimitDecision> Limiter::take_each(std::span<const TokenRequest> tokens) {
    std::vector<LimitDecision> decisions;
    for (const auto& [bucket, subject] : tokens) decisions.push_back(take(bucket, subject));
    return decisions;
}

Error rate_limited(const TokenAnswer& answer) {
    const auto& [bucket, decision] = answer;
    Error error = make_error(Code::kRateLimited, std::string(bucket.name));
    error.retry_after =
        std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(decision.retry_after));
    return error;
}

Result<void> take_answer(Limiter& limiter) {
    const std::vector<TokenAnswer> answers = limiter.answer();
    if (answers.empty() || answers.back().decision.allowed) return {};
    return rate_limited(answers.back());
}

Result<void> take_tokens(Limiter& limiter, std::span<const TokenRequest> tokens) {
    limiter.ask(tokens);
    return take_answer(limiter);
}

Result<void> take_token(Limiter& limiter, const Bucket& bucket, std::string subject) {
    return take_tokens(limiter, std::array{TokenRequest{bucket, std::move(subject)}});
}

}  // namespace billet::chat
