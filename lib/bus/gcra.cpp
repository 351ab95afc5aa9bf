// lib/bus/gcra.cpp — A token is there iff the bucket would be full again within `burst` periods
// after taking it.
#include "lib/bus/gcra.h"

#include <algorithm>
#include <cstdint>

namespace billet::bus {
namespace {

microseconds capacity_of(const chat::Bucket& bucket) {
    return bucket.period * bucket.burst;
}

}  // namespace

GcraTaken gcra_take(const chat::Bucket& bucket, microseconds now, microseconds full_at) {
    // Never further away than an empty bucket: a clock that went back or a burst that was lowered
    // must not lock anybody out.
    full_at = std::clamp(full_at, now, now + capacity_of(bucket));
    const microseconds after = full_at + bucket.period;
    const bool allowed = after <= now + capacity_of(bucket);
    if (allowed) full_at = after;
    return {.decision = gcra_decision(bucket, allowed, now, full_at), .full_at = full_at};
}

microseconds gcra_refund(const chat::Bucket& bucket, microseconds full_at) {
    return full_at - bucket.period;
}

chat::LimitDecision gcra_decision(const chat::Bucket& bucket, bool allowed, microseconds now, microseconds full_at) {
    const microseconds reset_after = std::max(microseconds{0}, full_at - now);
    const microseconds free = std::max(microseconds{0}, capacity_of(bucket) - reset_after);
    const microseconds missing = bucket.period - free;
    return {.allowed = allowed,
            .remaining = static_cast<std::uint32_t>(free / bucket.period),
            .reset_after = reset_after,
            .retry_after = allowed ? microseconds{0} : std::max(microseconds{0}, missing)};
}

}  // namespace billet::bus
