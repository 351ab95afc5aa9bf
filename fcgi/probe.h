// fcgi/probe.h — Port: what /readyz asks beyond the store.
#pragma once

namespace billet::fcgi {

class Probe {
public:
    virtual ~Probe() = default;

    enum class Presence { kUp, kDown, kUnknown };
    struct Seen {
        bool redis_up = false;
        Presence wsd = Presence::kUnknown;  // any of the wsd processes; unknown without Redis
    };

    // One cheap question to Redis, bounded by its time-out.
    virtual Seen look() = 0;
};

}  // namespace billet::fcgi
