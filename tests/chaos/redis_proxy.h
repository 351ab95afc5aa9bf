// tests/chaos/redis_proxy.h — Stands between the daemons and Redis, and spoils what Redis says.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "lib/base/descriptor.h"
#include "tests/chaos/plan.h"

namespace billet::chaos {

// The size of the first whole RESP value in `bytes`; 0 when it is not all there.
std::size_t resp_size(std::string_view bytes);

// Moves Redis of the stack to another socket and listens in its place, until it is destroyed and
// Redis is moved back. Both ends the Redis process.
class RedisProxy {
public:
    explicit RedisProxy(std::uint64_t seed);
    ~RedisProxy();
    RedisProxy(const RedisProxy&) = delete;
    RedisProxy& operator=(const RedisProxy&) = delete;

    bool is_ready() const { return static_cast<bool>(listener_); }
    // Where Redis itself listens now.
    const std::string& redis_path() const { return redis_path_; }

    // From any thread. kCutReplies is done once, the others go on for lasts_ms.
    void disturb(const Fault& fault);
    // How many replies were cut, held, lost, repeated or moved.
    std::uint64_t disturbed() const { return disturbed_; }

private:
    struct Link {
        Descriptor client;
        Descriptor redis;
        std::string to_redis;
        std::string from_redis;  // not yet a whole reply
        std::string to_client;
        std::string put_off;  // a notice that is to come after the next one
        std::uint64_t cuts_seen = 0;
        bool over = false;
    };

    std::string own_path_;    // where the daemons expect Redis
    std::string redis_path_;  // where it is now
    std::string config_path_;
    std::string config_;  // as it was
    Descriptor listener_;
    std::vector<Link> links_;
    std::mt19937_64 random_;
    std::atomic<std::uint64_t> cuts_ = 0;
    std::atomic<FaultKind> mode_ = FaultKind::kCutReplies;
    std::atomic<std::int64_t> mode_until_ms_ = 0;
    std::atomic<std::uint64_t> disturbed_ = 0;
    std::jthread thread_;

    bool move_redis(const std::string& config, const std::string& to_path);
    void run(const std::stop_token& stop);
    void take_client();
    void serve(Link& link, short client_events, short redis_events);
    void pass_replies(Link& link);
    void pass_notice(Link& link, std::string_view notice);
    bool mode_is(FaultKind kind) const;
};

}  // namespace billet::chaos
