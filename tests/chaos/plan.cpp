// tests/chaos/plan.cpp — A deck of all faults, shuffled again each time it has been dealt.
#include "tests/chaos/plan.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace billet::chaos {
namespace {

std::vector<Fault> make_deck(bool can_abort) {
    std::vector<Fault> deck;
    for (const char* service : kServices) {
        for (const FaultKind kind : {FaultKind::kKill, FaultKind::kTerminate, FaultKind::kFreeze})
            deck.push_back({kind, service, 0, 0});
    }
    for (const FaultKind kind : {FaultKind::kCutReplies, FaultKind::kHoldReplies, FaultKind::kLoseNotices,
                                 FaultKind::kRepeatNotices, FaultKind::kReorderNotices})
        deck.push_back({kind, "redis", 0, 0});
    deck.push_back({FaultKind::kPowerCut, "all", 0, 0});
    for (const FaultPoint point :
         {FaultPoint::kAfterLock, FaultPoint::kAfterCommit, FaultPoint::kAfterAnnounce, FaultPoint::kAfterFirstReply}) {
        if (can_abort) deck.push_back({FaultKind::kAbort, "api", 0, 0, point});
    }
    return deck;
}

}  // namespace

const char* name_of(FaultKind kind) {
    switch (kind) {
        case FaultKind::kKill: return "kill -9";
        case FaultKind::kTerminate: return "terminate";
        case FaultKind::kFreeze: return "freeze";
        case FaultKind::kPowerCut: return "power cut";
        case FaultKind::kAbort: return "abort";
        case FaultKind::kCutReplies: return "cut replies";
        case FaultKind::kHoldReplies: return "hold replies";
        case FaultKind::kLoseNotices: return "lose notices";
        case FaultKind::kRepeatNotices: return "repeat notices";
        case FaultKind::kReorderNotices: return "reorder notices";
    }
    return "";
}

std::vector<Fault> make_plan(std::uint64_t seed, std::size_t count, bool can_abort) {
    std::mt19937_64 random(seed);
    const auto between = [&random](int from, int to) {
        return from + static_cast<int>(random() % static_cast<std::uint64_t>(to - from + 1));
    };
    std::vector<Fault> plan;
    std::vector<Fault> deck;
    while (plan.size() < count) {
        if (deck.empty()) {
            deck = make_deck(can_abort);
            std::ranges::shuffle(deck, random);
        }
        Fault fault = deck.back();
        deck.pop_back();
        fault.after_ms = between(300, 3500);
        fault.lasts_ms = between(200, 4000);
        plan.push_back(fault);
    }
    return plan;
}

}  // namespace billet::chaos
