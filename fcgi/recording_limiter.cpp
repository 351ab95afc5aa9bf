// fcgi/recording_limiter.cpp — Remembering decisions, and writing them as structured fields.
#include "fcgi/recording_limiter.h"

#include <algorithm>

namespace billet::fcgi {
namespace {

using std::chrono::ceil;
using std::chrono::seconds;

std::string in_quotes(std::string_view name) {
    return "\"" + std::string(name) + "\"";
}

}  // namespace

chat::LimitDecision RecordingLimiter::take(const chat::Bucket& bucket, std::string_view subject) {
    const chat::LimitDecision decision = inner_.take(bucket, subject);
    if (bucket.name != "typing") taken_.push_back({std::string(bucket.name), bucket.burst, bucket.period, decision});
    return decision;
}

void RecordingLimiter::refund(const chat::Bucket& bucket, std::string_view subject) {
    inner_.refund(bucket, subject);
    for (Taken& each : taken_) {
        if (each.name != bucket.name || !each.decision.allowed) continue;
        each.decision.remaining = std::min(each.decision.remaining + 1, each.burst);
        each.decision.reset_after = std::max(std::chrono::microseconds{0}, each.decision.reset_after - each.period);
    }
}

const RecordingLimiter::Taken* RecordingLimiter::tightest() const {
    const Taken* best = nullptr;
    for (const Taken& each : taken_) {
        if (!each.decision.allowed) return &each;
        if (best == nullptr || each.decision.remaining < best->decision.remaining) best = &each;
    }
    return best;
}

std::vector<Header> RecordingLimiter::headers() const {
    const Taken* const bucket = tightest();
    if (bucket == nullptr) return {};
    const auto window = ceil<seconds>(bucket->period * bucket->burst);
    const auto reset = ceil<seconds>(bucket->decision.reset_after);
    return {
        {"RateLimit-Policy",
         in_quotes(bucket->name) + ";q=" + std::to_string(bucket->burst) + ";w=" + std::to_string(window.count())},
        {"RateLimit", in_quotes(bucket->name) + ";r=" + std::to_string(bucket->decision.remaining) +
                          ";t=" + std::to_string(reset.count())},
    };
}

}  // namespace billet::fcgi
