// tests/simulation/schedule.h — What happens in one run, step by step, made of a seed.
//
// A step means something whatever came before it: a number chooses among what is there (the n-th
// notice under way, modulo how many there are), and a step that finds nothing does nothing. So any
// step can be left out, which is how a failing schedule is made short.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace billet::simulation {

enum class Act : std::uint8_t {
    kEvent,       // the peer sends a message
    kBurst,       // … forty of them
    kDeliver,     // the bus hands over a notice, not always the oldest
    kDeliverAll,  // … all of them
    kLose,        // … loses one
    kRepeat,      // … hands one over and keeps it
    kBusDown,
    kBusUp,
    kConfirm,    // the bus confirms subscriptions
    kCount,      // … says how many connections a user has
    kAnswer,     // the api carries out a request and answers
    kCarryOut,   // … carries it out; the answer is under way
    kReply,      // an answer under way arrives
    kLoseReply,  // … does not: no reply in time
    kFail,       // the request fails, not carried out: no reply, 503, 429 or nonsense
    kTwice,      // … is carried out twice, and the second answer arrives
    kConnect,    // a client connects and says hello, anew where it was connected
    kLeave,
    kStall,
    kTake,
    kFlow,
    kSend,
    kResend,  // … what it sent last, under the same name
    kMark,
    kTyping,
    kRefresh,
    kReload,  // a client that was told resync_required reloads and says hello
    kRevoke,
    kRestore,  // a backup: the log is shorter, the epoch another one
    kTime,
    kActs,
};

std::string_view name_of(Act act);

struct Step {
    Act act = Act::kTime;
    std::uint8_t client = 0;  // 0 or 1
    std::uint32_t number = 0;
};

struct Schedule {
    std::uint64_t seed = 0;
    std::uint8_t limits = 0;  // which of the configurations
    // The bus loses nothing, nothing is restored or revoked, and heads are not compared: all must
    // come in time without that net.
    bool is_calm = false;
    std::vector<Step> steps;
};

Schedule make_schedule(std::uint64_t seed);
std::string text_of(const Step& step);

}  // namespace billet::simulation
