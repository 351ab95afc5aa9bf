// lib/bus/gcra.h — The arithmetic of a limiter bucket (GCRA): one number per subject, the time at
// which its bucket is full again.
#pragma once

#include <chrono>

#include "lib/chat/ports.h"

namespace billet::bus {

using std::chrono::microseconds;

// `full_at` is 0 for a subject that is not known. Times are of one clock, whichever.
// redis_limiter.cpp says the same in Lua.
struct GcraTaken {
    chat::LimitDecision decision;
    microseconds full_at{0};  // to be stored; unchanged when refused
};

GcraTaken gcra_take(const chat::Bucket& bucket, microseconds now, microseconds full_at);

// One token given back. At or before `now` the subject need not be kept.
microseconds gcra_refund(const chat::Bucket& bucket, microseconds full_at);

// The rest of the decision, given when the bucket is full again.
chat::LimitDecision gcra_decision(const chat::Bucket& bucket, bool allowed, microseconds now, microseconds full_at);

}  // namespace billet::bus
