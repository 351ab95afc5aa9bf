// lib/base/fault_point.h — Named steps of a request at which a test may end the process, to see
// what a crash exactly there leaves behind.
#pragma once

namespace billet {

// For a new one: its name in tests/faults/fault_file.h, the call of reach() where the step lies, a
// kind of fault in tests/chaos/plan.h.
enum class FaultPoint {
    // A transaction has locked the rooms that it writes into, and has written nothing.
    kAfterLock,
    // A transaction has committed; its events have not been announced, and nothing has been
    // answered.
    kAfterCommit,
    // Events have been announced; nothing has been answered.
    kAfterAnnounce,
    // Of writes that shared a transaction the first has been answered, the others not.
    kAfterFirstReply,
};

// Does nothing, in every program that ships: there is no code there that could end them. The tests
// link the same objects once more, to billet-api-faulty, with the reach() of
// tests/faults/fault_point.cpp in the place of this one.
void reach(FaultPoint point);

}  // namespace billet
