// tests/simulation/schedule.cpp — Weights: what usually happens happens often, and each schedule
// has a weakness of its own.
#include "tests/simulation/schedule.h"

#include <cstdint>

#include "tests/simulation/dice.h"

namespace billet::simulation {
namespace {

constexpr std::size_t kActCount = static_cast<std::size_t>(Act::kActs);
using Weights = std::array<std::uint32_t, kActCount>;

struct Row {
    Act act;
    std::string_view name;
    std::uint32_t weight;
};

constexpr std::array kRows = {
    Row{Act::kEvent, "event", 14},     Row{Act::kBurst, "burst", 1},
    Row{Act::kDeliver, "deliver", 14}, Row{Act::kDeliverAll, "deliver all", 5},
    Row{Act::kLose, "lose", 2},        Row{Act::kRepeat, "repeat", 2},
    Row{Act::kBusDown, "bus down", 1}, Row{Act::kBusUp, "bus up", 3},
    Row{Act::kConfirm, "confirm", 4},  Row{Act::kCount, "count", 4},
    Row{Act::kAnswer, "answer", 22},   Row{Act::kCarryOut, "carry out", 6},
    Row{Act::kReply, "reply", 8},      Row{Act::kLoseReply, "lose reply", 1},
    Row{Act::kFail, "fail", 2},        Row{Act::kTwice, "twice", 1},
    Row{Act::kConnect, "connect", 2},  Row{Act::kLeave, "leave", 1},
    Row{Act::kStall, "stall", 1},      Row{Act::kTake, "take", 2},
    Row{Act::kFlow, "flow", 3},        Row{Act::kSend, "send", 8},
    Row{Act::kResend, "resend", 1},    Row{Act::kMark, "mark", 3},
    Row{Act::kTyping, "typing", 2},    Row{Act::kRefresh, "refresh", 1},
    Row{Act::kReload, "reload", 3},    Row{Act::kRevoke, "revoke", 1},
    Row{Act::kRestore, "restore", 1},  Row{Act::kTime, "time", 14},
};
static_assert(kRows.size() == kActCount);

// What a schedule may be about; the other rare things stay as rare as they are.
constexpr std::array kThemes = {
    std::array{Act::kLose, Act::kRepeat},     std::array{Act::kStall, Act::kBurst},
    std::array{Act::kBusDown, Act::kBusUp},   std::array{Act::kFail, Act::kLoseReply},
    std::array{Act::kSend, Act::kCarryOut},   std::array{Act::kConnect, Act::kRevoke},
    std::array{Act::kRestore, Act::kReload},  std::array{Act::kTwice, Act::kResend},
    std::array{Act::kConnect, Act::kConfirm}, std::array{Act::kTake, Act::kBurst},
};
constexpr std::uint32_t kThemeFactor = 4;
constexpr std::uint32_t kLimits = 3;
constexpr std::uint32_t kStepsMin = 10;
constexpr std::uint32_t kStepsMax = 60;

Weights weights_of(Dice& dice) {
    Weights weights{};
    for (const Row& row : kRows) weights[static_cast<std::size_t>(row.act)] = row.weight;
    for (const Act act : kThemes[dice.below(kThemes.size())]) weights[static_cast<std::size_t>(act)] *= kThemeFactor;
    return weights;
}

Act choose(Dice& dice, const Weights& weights, std::uint32_t sum) {
    std::uint32_t left = dice.below(sum);
    std::size_t at = 0;
    while (left >= weights[at]) left -= weights[at++];
    return static_cast<Act>(at);
}

}  // namespace

std::string_view name_of(Act act) {
    for (const Row& row : kRows) {
        if (row.act == act) return row.name;
    }
    return "?";
}

std::string text_of(const Step& step) {
    return std::string(name_of(step.act)) + (step.client == 0 ? " a " : " b ") + std::to_string(step.number);
}

Schedule make_schedule(std::uint64_t seed) {
    Dice dice(seed);
    Schedule schedule{.seed = seed,
                      .limits = static_cast<std::uint8_t>(dice.below(kLimits)),
                      .is_calm = dice.below(3) == 0,
                      .steps = {}};
    Weights weights = weights_of(dice);
    if (schedule.is_calm) {
        for (const Act act : {Act::kLose, Act::kBusDown, Act::kRevoke, Act::kRestore})
            weights[static_cast<std::size_t>(act)] = 0;
    }
    std::uint32_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    const std::uint32_t count = kStepsMin + dice.below(kStepsMax - kStepsMin);
    schedule.steps.reserve(count + 2);
    schedule.steps.push_back({Act::kConnect, 0, dice.below(256)});
    schedule.steps.push_back({Act::kConnect, 1, dice.below(256)});
    for (std::uint32_t i = 0; i < count; ++i) {
        const Act act = choose(dice, weights, sum);
        schedule.steps.push_back({act, static_cast<std::uint8_t>(dice.below(2)), dice.below(256)});
    }
    return schedule;
}

}  // namespace billet::simulation
