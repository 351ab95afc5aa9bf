// lib/bus/redis_limiter.cpp — The bucket arithmetic of gcra.h as two Lua scripts, with the time of
// Redis.
#include "lib/bus/redis_limiter.h"

#include "lib/base/log.h"
#include "lib/base/metrics.h"

namespace billet::bus {
namespace {

// KEYS[1]: the subject's bucket; ARGV: burst, period in µs. Microseconds since 1970 are below 2^53:
// exact in Lua's doubles.
// Answers {allowed, now, full_at}.
constexpr std::string_view kTake = R"(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local period = tonumber(ARGV[2])
local capacity = ARGV[1] * period
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
local full_at = math.min(math.max(stored, now), now + capacity)
local allowed = full_at + period <= now + capacity
if allowed then full_at = full_at + period end
if allowed or stored > full_at then
    redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
end
return {allowed and 1 or 0, now, full_at}
)";

constexpr std::string_view kRefund = R"(
local full_at = redis.call('GET', KEYS[1])
if not full_at then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local after = full_at - ARGV[2]
if after <= now then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return 1
)";

bool is_error(const RedisReply& reply, std::string_view prefix = {}) {
    return reply.kind == RedisReply::Kind::kError && reply.text.starts_with(prefix);
}

bool is_decision(const RedisReply& reply) {
    return reply.kind == RedisReply::Kind::kArray && reply.items.size() == 3;
}

}  // namespace

std::string_view RedisLimiter::take_script() {
    return kTake;
}

std::string_view RedisLimiter::refund_script() {
    return kRefund;
}

chat::LimitDecision RedisLimiter::take(const chat::Bucket& bucket, std::string_view subject) {
    const auto reply = run(take_, bucket, subject);
    if (!reply || !is_decision(*reply)) {
        const chat::LimitDecision decision = local_.take(bucket, subject);
        metrics::count(metrics::kLimiterDecisions, decision.allowed ? "local_allowed" : "local_refused");
        return decision;
    }
    const bool allowed = reply->items[0].integer == 1;
    metrics::count(metrics::kLimiterDecisions, allowed ? "allowed" : "refused");
    return gcra_decision(bucket, allowed, microseconds{reply->items[1].integer}, microseconds{reply->items[2].integer});
}

void RedisLimiter::refund(const chat::Bucket& bucket, std::string_view subject) {
    const auto reply = run(refund_, bucket, subject);
    if (!reply || is_error(*reply)) local_.refund(bucket, subject);
}

// nullopt when Redis is gone; an error reply when it refuses (no memory, no permission): the caller
// falls back on both.
std::optional<RedisReply> RedisLimiter::run(Script& script, const chat::Bucket& bucket, std::string_view subject) {
    const std::string kind = "limit:" + std::string(bucket.name);
    const std::string key = kind + ":" + namer_.name_of(kind, subject);
    const std::string burst = std::to_string(bucket.burst);
    const std::string period = std::to_string(bucket.period.count());
    const auto ask = [&] { return redis_.ask({"EVALSHA", script.sha, "1", key, burst, period}); };
    if (script.sha.empty() && !load(script)) return std::nullopt;
    auto reply = ask();
    if (reply && is_error(*reply, "NOSCRIPT")) reply = load(script) ? ask() : std::nullopt;
    if (reply && is_error(*reply)) LogLine(LogLevel::kWarning, "limiter_script").with("detail", reply->text);
    return reply;
}

bool RedisLimiter::load(Script& script) {
    auto reply = redis_.ask({"SCRIPT", "LOAD", script.text});
    if (!reply || reply->kind != RedisReply::Kind::kText) return false;
    script.sha = std::move(reply->text);
    return true;
}

}  // namespace billet::bus
