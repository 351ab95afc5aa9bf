// wsd/services.h — What every session of the process shares.
#pragma once

#include <cstdint>
#include <random>
#include <unordered_map>

#include "lib/base/config/limits.h"
#include "lib/base/config/redis.h"
#include "lib/base/config/wsd.h"
#include "wsd/epochs.h"
#include "wsd/hub.h"
#include "wsd/kept_token.h"
#include "wsd/limiter.h"
#include "wsd/relay.h"

namespace billet::wsd {

class ClientSession;

// Sessions by connection id: whoever answers later finds the session, or learns that it has gone.
using Sessions = std::unordered_map<ConnectionId, ClientSession*>;

// Counted here, exported once a second: a metric's own lock and look-up would cost more than
// sending a frame does.
struct Counters {
    std::uint64_t delivered = 0;
    std::uint64_t live = 0;  // sessions that have been welcomed
};

// What they read of the configuration.
struct Settings {
    const WsdConfig& wsd;
    const LimitsConfig& limits;
    const RedisConfig& redis;  // the api's
};

struct Services {
    Settings config;
    Relay& relay;
    Hub& hub;
    Sessions& sessions;
    Counters& counters;
    std::minstd_rand& random;  // jitter, no secrets
    SteadyTime (*now)();
    Epochs epochs = {};
    KeptTokens tokens = {};
};

}  // namespace billet::wsd
