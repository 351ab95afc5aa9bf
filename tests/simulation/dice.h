// tests/simulation/dice.h — Random numbers that are the same on every machine.
#pragma once

#include <cstdint>

namespace billet::simulation {

// SplitMix64: small, fast, and any seed is as good as another.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t roll() {
        std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15U;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(roll() % bound); }

private:
    std::uint64_t state_;
};

}  // namespace billet::simulation
