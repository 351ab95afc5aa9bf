// wsd/timers.h — The deadlines of one connection: several times, of which one timer of the loop
// watches the earliest.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "wsd/limiter.h"

namespace billet::wsd {

enum class Due : std::uint8_t {
    kHello,  // the hello must have come
    kJoin,   // the bus had time enough to confirm the subscription
    kPing,   // the next ping
    kPong,   // the pong must have come
    kToken,  // the token's end, or the warning before it
    kRead,   // the log may be read (again)
    kStall,  // the reader must have taken something
    kClose,  // the close frame must have left
    kCount,
};

class Timers {
public:
    static constexpr SteadyTime kNever = SteadyTime::max();

    Timers() { times_.fill(kNever); }

    void set(Due due, SteadyTime at) { times_[index(due)] = at; }
    void clear(Due due) { set(due, kNever); }
    void clear_all() { times_.fill(kNever); }
    bool is_set(Due due) const { return times_[index(due)] != kNever; }
    SteadyTime at(Due due) const { return times_[index(due)]; }
    SteadyTime earliest() const { return *std::ranges::min_element(times_); }

    // True if it is due; it is cleared then.
    bool take(Due due, SteadyTime now) {
        if (times_[index(due)] > now) return false;
        clear(due);
        return true;
    }

private:
    static constexpr std::size_t index(Due due) { return static_cast<std::size_t>(due); }

    std::array<SteadyTime, static_cast<std::size_t>(Due::kCount)> times_;
};

}  // namespace billet::wsd
