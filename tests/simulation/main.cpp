// tests/simulation/main.cpp — Many schedules, each from a seed: how many held, how fast; and of one
// that did not, as few steps as show it.
//
//     simulate [--count N] [--from SEED] | --seed SEED
//
// --seed plays one and prints its steps. The last line is "N passed, N failed", and it ends with
// the first failure: its seed and what is left of its schedule.
#include <cstdint>
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "lib/base/log.h"
#include "tests/simulation/world.h"

namespace {

using namespace billet::simulation;

void print(const Schedule& schedule) {
    for (std::size_t i = 0; i < schedule.steps.size(); ++i)
        std::printf("  %3zu  %s\n", i, text_of(schedule.steps[i]).c_str());
}

// Leaves out whatever can be left out, as long as it still fails: first halves, then smaller
// pieces.
Schedule shrink(Schedule schedule) {
    for (std::size_t piece = schedule.steps.size() / 2; piece > 0; piece /= 2) {
        for (std::size_t at = 0; at + piece <= schedule.steps.size();) {
            Schedule shorter = schedule;
            const auto begin = shorter.steps.begin() + static_cast<std::ptrdiff_t>(at);
            shorter.steps.erase(begin, begin + static_cast<std::ptrdiff_t>(piece));
            if (World::play(shorter)) {
                schedule = std::move(shorter);
            } else {
                at += piece;
            }
        }
    }
    return schedule;
}

void tell(const Schedule& schedule, const std::string& what) {
    std::printf("seed %llu fails: %s\n", static_cast<unsigned long long>(schedule.seed), what.c_str());
    const Schedule shrunk = shrink(schedule);
    const Broken still = World::play(shrunk);
    std::printf("%zu of %zu steps are enough: %s\n", shrunk.steps.size(), schedule.steps.size(),
                still ? still->c_str() : "not any more");
    print(shrunk);
}

int play_one(std::uint64_t seed) {
    const Schedule schedule = make_schedule(seed);
    print(schedule);
    const Broken broken = World::play(schedule);
    if (broken) tell(schedule, *broken);
    std::printf("%d passed, %d failed\n", broken ? 0 : 1, broken ? 1 : 0);
    return broken ? 1 : 0;
}

int play_many(std::uint64_t from, std::uint64_t count) {
    const std::clock_t began = std::clock();
    std::uint64_t played = 0;
    Broken broken;
    for (; played < count; ++played) {
        const Schedule schedule = make_schedule(from + played);
        broken = World::play(schedule);
        if (!broken) continue;
        tell(schedule, *broken);
        break;
    }
    const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    if (!broken) std::printf("%.0f schedules a second of processor time\n", static_cast<double>(played) / seconds);
    std::printf("%llu passed, %d failed\n", static_cast<unsigned long long>(played), broken ? 1 : 0);
    return broken || played == 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t from = 1;
    std::uint64_t count = 20000;
    std::optional<std::uint64_t> one;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--count") count = value;
        if (name == "--from") from = value;
        if (name == "--seed") one = value;
    }
    // A comparison of heads that fails is a warning, and here there are thousands.
    billet::start_log("error", "simulate");
    return one ? play_one(*one) : play_many(from, count);
}
