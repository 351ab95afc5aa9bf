// lib/base/config/redis.h — [redis] of the api and billetctl, [redis_wsd] of wsd: where Redis is
// and how long it may take.
#pragma once

#include <chrono>
#include <string>

namespace billet {

struct RedisConfig {
    std::string socket = "/run/redis/redis.sock";
    std::string user;
    std::string password_file;
    std::chrono::milliseconds timeout_ms{200};       // of one command; past it Redis counts as gone
    std::chrono::milliseconds retry_after_ms{1000};  // no new attempt to connect before that
};

}  // namespace billet
