// tests/bench/wrk.h — HTTP load by wrk, and what it cost the stack's processes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/site.h"

namespace billet::bench {

// What wrk shall ask for, in turn.
struct Request {
    std::string token;
    std::string path;  // "/send/ROOM": a new message to that room
};

struct Load {
    std::uint64_t requests = 0;
    std::map<std::string, double> cpu_us;  // of all requests, by service
    double p50_ms = 0;
    double p99_ms = 0;

    double cpu_us_each() const;
    double cpu_us_each(const std::string& service) const;
};

// `clients` connections for `seconds`. Ends the process when wrk fails or a request is answered
// with an error.
Load load(const Site& site, const std::vector<Request>& requests, int clients, int seconds);

}  // namespace billet::bench
