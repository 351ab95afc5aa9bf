// wsd/limiter.h — How much one connection may send: frames per second, and malformed frames per
// minute. A few bytes each.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace billet::wsd {

using SteadyTime = std::chrono::steady_clock::time_point;

// GCRA: `per_second` frames at once, then as many every second.
class FrameLimiter {
public:
    bool take(SteadyTime now, std::uint32_t per_second) {
        const auto period = std::chrono::nanoseconds(std::chrono::seconds{1}) / per_second;
        const SteadyTime begin = full_at_ > now ? full_at_ : now;
        if (begin - now > period * (per_second - 1)) return false;
        full_at_ = begin + period;
        return true;
    }

private:
    SteadyTime full_at_;
};

// Tells the fifth malformed frame within a minute.
class BadFrames {
public:
    bool is_too_many(SteadyTime now) {
        const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() + kMinute;
        const bool many = times_[next_] != 0 && second - times_[next_] < kMinute;
        times_[next_] = static_cast<std::uint32_t>(second);
        next_ = (next_ + 1) % kTolerated;
        return many;
    }

private:
    static constexpr std::uint32_t kTolerated = 4;
    static constexpr std::int64_t kMinute = 60;

    std::array<std::uint32_t, kTolerated> times_{};  // seconds of the last four; 0: none
    std::uint32_t next_ = 0;                         // the oldest of them
};

}  // namespace billet::wsd
