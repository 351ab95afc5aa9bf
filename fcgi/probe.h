// fcgi/probe.h — Port: what /readyz asks beyond the store.
#pragma once

namespace billet::fcgi {

class Probe {
public:
    virtual ~Probe() = default;

    // One cheap question to Redis, bounded by its time-out.
    virtual bool redis_up() = 0;
};

}  // namespace billet::fcgi
