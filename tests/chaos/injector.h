// tests/chaos/injector.h — Carries faults out on the running stack.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/chaos/journal.h"
#include "tests/chaos/plan.h"
#include "tests/chaos/redis_proxy.h"

namespace billet::chaos {

// The api is billet-api-faulty, and its fault points can be armed.
bool can_abort();

class Injector {
public:
    // Both must outlive it.
    Injector(RedisProxy& redis, Journal& journal) : redis_(redis), journal_(journal) {}

    // The whole plan. Faults may overlap; returns when the last one is over and every service
    // listens again, or kServiceBack is broken.
    void carry_out(const std::vector<Fault>& plan);

    // Faults of each kind that came to pass: a process that is down already cannot be killed again.
    int done(FaultKind kind) const { return done_.at(static_cast<std::size_t>(kind)); }

private:
    RedisProxy& redis_;
    Journal& journal_;
    std::array<std::atomic<int>, kFaultKinds> done_{};

    bool listens(const std::string& service) const;
    void one(const Fault& fault);
    void end_process(const Fault& fault, int signal_number);
    void power_cut();
    void freeze(const Fault& fault);
    void abort(FaultPoint point);
    void wait_until_back(const std::string& service, pid_t old, std::int64_t since_ms);
};

}  // namespace billet::chaos
