// lib/bus/local_limiter.cpp — A map of buckets and its order by time, under one mutex.
#include "lib/bus/local_limiter.h"

namespace billet::bus {
namespace {

constexpr std::size_t kKeysMax = 100'000;  // about 20 MB when every one is used

microseconds steady_now() {
    return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string key_of(const chat::Bucket& bucket, std::string_view subject) {
    std::string key(bucket.name);
    key += ':';
    key += subject;
    return key;
}

}  // namespace

LocalLimiter::LocalLimiter() : LocalLimiter(steady_now, kKeysMax) {}

LocalLimiter::LocalLimiter(Clock clock, std::size_t keys_max) : clock_(std::move(clock)), keys_max_(keys_max) {}

chat::LimitDecision LocalLimiter::take(const chat::Bucket& bucket, std::string_view subject) {
    const std::string key = key_of(bucket, subject);
    const std::scoped_lock lock(mutex_);
    const microseconds now = clock_();
    const auto found = buckets_.find(key);
    const GcraTaken taken = gcra_take(bucket, now, found == buckets_.end() ? microseconds{0} : found->second);
    store(key, taken.full_at, now);
    return taken.decision;
}

void LocalLimiter::refund(const chat::Bucket& bucket, std::string_view subject) {
    const std::string key = key_of(bucket, subject);
    const std::scoped_lock lock(mutex_);
    const auto found = buckets_.find(key);
    if (found == buckets_.end()) return;
    store(key, gcra_refund(bucket, found->second), clock_());
}

std::size_t LocalLimiter::keys() const {
    const std::scoped_lock lock(mutex_);
    return buckets_.size();
}

void LocalLimiter::store(const std::string& key, microseconds full_at, microseconds now) {
    if (const auto found = buckets_.find(key); found != buckets_.end()) erase(found);
    if (full_at <= now) return;
    make_room(now);
    const auto [added, is_new] = buckets_.emplace(key, full_at);
    by_time_.emplace(full_at, added->first);
}

void LocalLimiter::erase(Buckets::iterator found) {
    by_time_.erase({found->second, found->first});
    buckets_.erase(found);
}

// Forgets a few of the buckets that have filled up, and one more when there are still too many.
void LocalLimiter::make_room(microseconds now) {
    // More than are added at once, so that the map shrinks to those in use.
    constexpr int kForgottenAtOnce = 2;
    for (int i = 0; i < kForgottenAtOnce && !by_time_.empty() && by_time_.begin()->first <= now; ++i) {
        erase(buckets_.find(by_time_.begin()->second));
    }
    if (buckets_.size() >= keys_max_ && !by_time_.empty()) erase(buckets_.find(by_time_.begin()->second));
}

}  // namespace billet::bus
