// wsd/memory.h — What waits in memory, summed over all connections of the process. Each of these
// has a bound in [wsd]; what happens there is decided where the bytes would be added.
#pragma once

#include <cstddef>

#include "wsd/limiter.h"

namespace billet::wsd {

// Bytes. One process, one loop, one thread: plain numbers.
struct Waiting {
    // From clients: messages of which parts have come, commands that wait for the one before.
    std::size_t commands = 0;
    std::size_t relays = 0;    // requests that wait for a connection to the api
    std::size_t held = 0;      // notices that wait for their turn
    std::size_t outboxes = 0;  // frames for clients, acks that wait for their turn included

    std::size_t total() const { return commands + relays + held + outboxes; }
};

inline constinit Waiting waiting;

// Gives memory back to the system once much of it has been freed: the allocator by itself keeps
// what it once had.
class MemoryReturn {
public:
    // Often, from a timer. `connections`: open ones. Looks through the whole heap at most every few
    // seconds, and only when that is worth it.
    void tick(SteadyTime now, std::size_t connections);

private:
    std::size_t highest_ = 0;  // in use since memory was given back last
    SteadyTime next_at_;
};

}  // namespace billet::wsd
