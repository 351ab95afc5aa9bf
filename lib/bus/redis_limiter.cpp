// lib/bus/redis_limiter.cpp — The bucket arithmetic of gcra.h as two Lua scripts, with the time of
// Redis.
#include "lib/bus/redis_limiter.h"

#include <array>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/metrics.h"

namespace billet::bus {
namespace {

// KEYS: the subjects' buckets; ARGV: burst and period in µs of each, and one more where it is to
// end at the first that refuses. Microseconds since 1970 are below 2^53: exact in Lua's doubles.
// Answers {now, allowed, full_at, allowed, full_at, …}.
constexpr std::string_view kTake = R"(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer = {now}
for i, key in ipairs(KEYS) do
    local period = tonumber(ARGV[2 * i])
    local capacity = ARGV[2 * i - 1] * period
    local stored = tonumber(redis.call('GET', key) or '0')
    local full_at = math.min(math.max(stored, now), now + capacity)
    local allowed = full_at + period <= now + capacity
    if allowed then full_at = full_at + period end
    if allowed or stored > full_at then
        redis.call('SET', key, string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
    end
    answer[2 * i] = allowed and 1 or 0
    answer[2 * i + 1] = full_at
    if not allowed and ARGV[2 * #KEYS + 1] then break end
end
return answer
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

// As many decisions as tokens, or fewer of which the last refuses.
bool is_answer(const RedisReply& reply, std::size_t tokens) {
    const std::size_t size = reply.items.size();
    if (reply.kind != RedisReply::Kind::kArray || size < 3 || size % 2 == 0 || size > 1 + 2 * tokens) return false;
    return size == 1 + 2 * tokens || reply.items[size - 2].integer == 0;
}

RedisConnection::Arguments views_of(const std::vector<std::string>& arguments) {
    return {arguments.begin(), arguments.end()};
}

}  // namespace

std::string_view RedisLimiter::take_script() {
    return kTake;
}

std::string_view RedisLimiter::refund_script() {
    return kRefund;
}

void RedisLimiter::ask(std::span<const chat::TokenRequest> tokens) {
    asked_.assign(tokens.begin(), tokens.end());
    arguments_.clear();
    if (take_.sha.empty() && !load(take_)) return;
    arguments_ = arguments_of(take_, tokens);
    arguments_.emplace_back("1");  // ends at the first that refuses
    redis_.send(views_of(arguments_));
}

std::vector<chat::TokenAnswer> RedisLimiter::answer() {
    const auto tokens = std::exchange(asked_, {});
    const auto arguments = std::exchange(arguments_, {});
    if (arguments.empty()) return take_locally(tokens);
    const auto views = views_of(arguments);
    const auto reply = checked(redis_.receive(views), take_, views);
    if (!reply || !is_answer(*reply, tokens.size())) return take_locally(tokens);
    std::vector<chat::TokenAnswer> answers;
    for (const chat::LimitDecision& decision : decisions_in(*reply, tokens))
        answers.push_back({tokens[answers.size()].bucket, decision});
    return answers;
}

std::vector<chat::LimitDecision> RedisLimiter::decisions_in(const RedisReply& reply,
                                                            std::span<const chat::TokenRequest> tokens) {
    std::vector<chat::LimitDecision> decisions;
    const microseconds now{reply.items[0].integer};
    for (std::size_t i = 1; i < reply.items.size(); i += 2) {
        const bool allowed = reply.items[i].integer == 1;
        metrics::count(metrics::kLimiterDecisions, allowed ? "allowed" : "refused");
        decisions.push_back(
            gcra_decision(tokens[i / 2].bucket, allowed, now, microseconds{reply.items[i + 1].integer}));
    }
    return decisions;
}

std::vector<chat::LimitDecision> RedisLimiter::take_each(std::span<const chat::TokenRequest> tokens) {
    const auto reply = run(take_, tokens);
    if (reply && is_answer(*reply, tokens.size()) && reply->items.size() == 1 + 2 * tokens.size())
        return decisions_in(*reply, tokens);
    std::vector<chat::LimitDecision> decisions;
    for (const chat::TokenRequest& token : tokens) decisions.push_back(take_locally({&token, 1}).front().decision);
    return decisions;
}

std::vector<chat::TokenAnswer> RedisLimiter::take_locally(std::span<const chat::TokenRequest> tokens) {
    std::vector<chat::TokenAnswer> answers;
    for (const auto& [bucket, subject] : tokens) {
        const chat::LimitDecision decision = local_.take(bucket, subject);
        metrics::count(metrics::kLimiterDecisions, decision.allowed ? "local_allowed" : "local_refused");
        answers.push_back({bucket, decision});
        if (!decision.allowed) break;
    }
    return answers;
}

void RedisLimiter::withdraw() {
    const auto tokens = asked_;
    const auto answers = answer();
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].decision.allowed) refund(tokens[i].bucket, tokens[i].subject);
    }
}

void RedisLimiter::refund(const chat::Bucket& bucket, std::string_view subject) {
    const auto reply = run(refund_, std::array{chat::TokenRequest{bucket, std::string(subject)}});
    if (!reply || is_error(*reply)) local_.refund(bucket, subject);
}

std::optional<RedisReply> RedisLimiter::run(Script& script, std::span<const chat::TokenRequest> tokens) {
    if (script.sha.empty() && !load(script)) return std::nullopt;
    const auto arguments = arguments_of(script, tokens);
    const auto views = views_of(arguments);
    return checked(redis_.ask(views), script, views);
}

std::vector<std::string> RedisLimiter::arguments_of(const Script& script,
                                                    std::span<const chat::TokenRequest> tokens) const {
    std::vector<std::string> arguments{"EVALSHA", script.sha, std::to_string(tokens.size())};
    for (const auto& [bucket, subject] : tokens) {
        const std::string kind = "limit:" + std::string(bucket.name);
        arguments.push_back(kind + ":" + namer_.name_of(kind, subject));
    }
    for (const auto& [bucket, subject] : tokens) {
        arguments.push_back(std::to_string(bucket.burst));
        arguments.push_back(std::to_string(bucket.period.count()));
    }
    return arguments;
}

// Asks again where Redis did not know the script any more.
// nullopt when Redis is gone; an error reply when it refuses (no memory, no permission): the caller
// falls back on both.
std::optional<RedisReply> RedisLimiter::checked(std::optional<RedisReply> reply, Script& script,
                                                const RedisConnection::Arguments& command) {
    if (reply && is_error(*reply, "NOSCRIPT")) reply = load(script) ? redis_.ask(command) : std::nullopt;
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
