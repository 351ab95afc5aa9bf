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

std::vector<chat::TokenAnswer> RecordingLimiter::answer() {
    auto answers = inner_.answer();
    for (const chat::TokenAnswer& answer : answers) note(answer, false);
    return answers;
}

void RecordingLimiter::note(const chat::TokenAnswer& answer, bool returned) {
    if (answer.bucket.name != "typing") taken_.push_back(answer);
    if (returned) give_back(answer.bucket);
}

void RecordingLimiter::refund(const chat::Bucket& bucket, std::string_view subject) {
    inner_.refund(bucket, subject);
    give_back(bucket);
}

void RecordingLimiter::give_back(const chat::Bucket& bucket) {
    for (auto& [taken, decision] : taken_) {
        if (taken.name != bucket.name || !decision.allowed) continue;
        decision.remaining = std::min(decision.remaining + 1, taken.burst);
        decision.reset_after = std::max(std::chrono::microseconds{0}, decision.reset_after - taken.period);
    }
}

const chat::TokenAnswer* RecordingLimiter::tightest() const {
    const chat::TokenAnswer* best = nullptr;
    for (const chat::TokenAnswer& each : taken_) {
        if (!each.decision.allowed) return &each;
        if (best == nullptr || each.decision.remaining < best->decision.remaining) best = &each;
    }
    return best;
}

std::vector<Header> RecordingLimiter::headers() const {
    const chat::TokenAnswer* const tight = tightest();
    if (tight == nullptr) return {};
    const auto& [bucket, decision] = *tight;
    const std::string name = in_quotes(bucket.name);
    const auto window = ceil<seconds>(bucket.period * bucket.burst);
    const auto reset = ceil<seconds>(decision.reset_after);
    return {
        {"RateLimit-Policy", name + ";q=" + std::to_string(bucket.burst) + ";w=" + std::to_string(window.count())},
        {"RateLimit", name + ";r=" + std::to_string(decision.remaining) + ";t=" + std::to_string(reset.count())},
    };
}

}  // namespace billet::fcgi
