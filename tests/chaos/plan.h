// tests/chaos/plan.h — Which faults happen, to whom and when: all of it follows from the seed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/fault_point.h"

namespace billet::chaos {

enum class FaultKind {
    kKill,            // SIGKILL; the supervisor starts the service again
    kTerminate,       // SIGTERM, likewise
    kFreeze,          // SIGSTOP, and SIGCONT after lasts_ms
    kPowerCut,        // SIGKILL to every service at once
    kAbort,           // an api process dies at a step of its next writes, see Fault::point
    kCutReplies,      // the next reply of Redis on every connection ends in the middle
    kHoldReplies,     // Redis is silent for lasts_ms
    kLoseNotices,     // for lasts_ms every second notice is lost,
    kRepeatNotices,   // … comes twice,
    kReorderNotices,  // … comes after the one that follows it
};
inline constexpr int kFaultKinds = 10;

inline constexpr std::array kServices = {"api-1", "api-2", "wsd-1", "wsd-2", "redis", "mariadb", "nginx"};

const char* name_of(FaultKind kind);

struct Fault {
    FaultKind kind;
    // A service's name; "redis" for what is done to its replies, "api" for any api process, "all".
    std::string target;
    int after_ms;  // since the fault before it began
    int lasts_ms;
    FaultPoint point = FaultPoint::kAfterCommit;  // of kAbort
};

// `can_abort`: whether kAbort can be carried out. Every kind of fault comes about
// equally often for every target.
std::vector<Fault> make_plan(std::uint64_t seed, std::size_t count, bool can_abort);

}  // namespace billet::chaos
