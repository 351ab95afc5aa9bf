// lib/bus/async_bus.h — The bus as billet-wsd sees it: subscriptions, a heartbeat, and the count of
// a user's connections, on a libev loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/config/redis.h"
#include "lib/base/config/wsd.h"

struct ev_loop;

namespace billet::bus {

// All are called from the loop (or from start(), subscribe(), count_connection()), and may call the
// bus again, but must not destroy it.
struct BusEvents {
    // A publication on a subscribed channel. Both views end with the call.
    std::function<void(std::string_view channel, std::string_view payload)> on_message;
    // Redis has confirmed this subscription: from here on every publication arrives while the bus
    // stays up. Again after each reconnect.
    std::function<void(std::string_view channel)> on_subscribed;
    // true: connected, everything is subscribed (again), and the first heartbeat has come back.
    // false: something of that ended.
    // Called on changes only; the bus starts down. Whatever was published while down is lost: read
    // the logs after `true`.
    std::function<void(bool up)> on_state;
};

// Two connections to Redis (one subscribes, one commands), both torn down and made anew when either
// fails, when the heartbeat that the bus publishes to itself stays away for [wsd]
// heartbeat_lost_ms, or when an attempt to connect is not up in time. Attempts are repeated for
// ever, with full jitter below [wsd] reconnect_max_ms. For one thread: that of the loop. Nothing
// here blocks.
class AsyncBus {
public:
    // `loop` must outlive the bus; `incarnation` is an id of this run of this process
    // (random_id()).
    // SIGPIPE must be ignored by the process: hiredis writes to sockets whose peer may be gone.
    AsyncBus(struct ev_loop* loop, const RedisConfig& redis, const WsdConfig& wsd, const std::string& incarnation,
             BusEvents events);
    // Closes at once; no event and no answer comes any more. Not from within a callback.
    ~AsyncBus();
    AsyncBus(const AsyncBus&) = delete;
    AsyncBus& operator=(const AsyncBus&) = delete;

    // Begins to connect. Once.
    void start();
    bool up() const;

    // Remembered whatever the state is, and subscribed after every reconnect before the bus is up.
    // Idempotent, both. A channel's name has at most 27 bytes (lib/bus/short_name.h).
    void subscribe(std::string_view channel);
    void unsubscribe(std::string_view channel);
    // Confirmed by Redis on the present connection.
    bool is_subscribed(std::string_view channel) const;

    // Best effort: false when there is no connection; true says nothing about arrival.
    bool publish(std::string_view channel, std::string_view payload);

    // Total over all wsd processes of one user's connections; nullopt when the bus is down or does
    // not answer within [redis_wsd] timeout_ms (then count locally).
    using Counted = std::function<void(std::optional<std::uint64_t> total)>;
    // Says that this process has `connections_here` (0: none any more) connections of that user,
    // and asks for the total, these included.
    // `user_key`: crypto::NoticeSealer::key_of, at most 27 bytes. The number is remembered and
    // written again when Redis or this process's entry was gone.
    // `counted` is called exactly once unless the bus is destroyed first; when the bus is down,
    // before this returns. It may be empty.
    void count_connection(std::string_view user_key, std::uint64_t connections_here, Counted counted);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace billet::bus
