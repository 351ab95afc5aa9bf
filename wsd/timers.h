// wsd/timers.h — The deadlines of one connection: several times, of which one timer of the loop
// watches the earliest.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "wsd/limiter.h"

namespace billet::wsd {

enum class Due : std::uint8_t {
    kPing,   // the next ping
    kPong,   // the pong must have come
    kToken,  // the token's end, or the warning before it
    // Those from here on are rare.
    kHello,  // the hello must have come
    kJoin,   // the bus had time enough to confirm the subscription
    kRead,   // the log may be read (again)
    kStall,  // the reader must have taken something
    kClose,  // the close frame must have left
    kCount,
};

// The rare ones cost a pointer while none of them is set.
class Timers {
public:
    static constexpr SteadyTime kNever = SteadyTime::max();

    Timers() { usual_.fill(kNever); }

    void set(Due due, SteadyTime at) {
        if (is_usual(due)) {
            usual_[index(due)] = at;
        } else {
            set_rare(index(due) - kUsual, at);
        }
    }
    void clear(Due due) { set(due, kNever); }
    void clear_all() {
        usual_.fill(kNever);
        rare_.reset();
    }
    bool is_set(Due due) const { return at(due) != kNever; }
    SteadyTime at(Due due) const {
        if (is_usual(due)) return usual_[index(due)];
        return rare_ == nullptr ? kNever : (*rare_)[index(due) - kUsual];
    }
    SteadyTime earliest() const {
        const SteadyTime usual = *std::ranges::min_element(usual_);
        return rare_ == nullptr ? usual : std::min(usual, *std::ranges::min_element(*rare_));
    }

    // True if it is due; it is cleared then.
    bool take(Due due, SteadyTime now) {
        if (at(due) > now) return false;
        clear(due);
        return true;
    }

private:
    static constexpr auto kUsual = static_cast<std::size_t>(Due::kHello);
    using Rare = std::array<SteadyTime, static_cast<std::size_t>(Due::kCount) - kUsual>;

    static constexpr std::size_t index(Due due) { return static_cast<std::size_t>(due); }
    static constexpr bool is_usual(Due due) { return index(due) < kUsual; }
    void set_rare(std::size_t place, SteadyTime at) {
        if (rare_ == nullptr) {
            if (at == kNever) return;
            rare_ = std::make_unique<Rare>();
            rare_->fill(kNever);
        }
        (*rare_)[place] = at;
        if (std::ranges::all_of(*rare_, [](SteadyTime each) { return each == kNever; })) rare_.reset();
    }

    std::array<SteadyTime, kUsual> usual_;
    std::unique_ptr<Rare> rare_;
};

}  // namespace billet::wsd
