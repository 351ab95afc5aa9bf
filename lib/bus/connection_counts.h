// lib/bus/connection_counts.h — How many connections each user has on all wsd processes: a hash per
// user in Redis, a field per process.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/bus/async_connection.h"
#include "lib/bus/short_name.h"
#include "lib/event/loop.h"

namespace billet::bus {

// `conns:<user key>` has a field for each process that has connections of the user. A field counts
// only while `alive:<field>` exists, which its process refreshes; whoever asks removes the others.
// Every connection to Redis gets a field name of its own (incarnation.life), so that what a process
// could not take back while it was cut off dies with the old name.
class ConnectionCounts {
public:
    using Counted = std::function<void(std::optional<std::uint64_t> total)>;

    // All must outlive the object. An answer that takes longer than `timeout` is nullopt. Without
    // on_tick() for `life` the process counts as gone.
    ConnectionCounts(struct ev_loop* loop, AsyncConnection& commands, std::string incarnation,
                     std::chrono::milliseconds timeout, std::chrono::milliseconds life);

    void count(std::string_view user_key, std::uint64_t connections_here, Counted counted);

    void on_ready();  // the command connection is there: announce this life, write everything
    void on_tick();   // at every heartbeat while it is
    void on_lost();   // it is gone: whoever waits gets nullopt
    // True iff the answer was to one of ours.
    bool on_reply(std::uint64_t tag, const redisReply& reply);

private:
    struct Waiting {
        Counted counted;
        bool late = false;
    };

    AsyncConnection& commands_;
    const std::string incarnation_;
    const std::chrono::milliseconds timeout_;
    const std::string alive_ms_;
    std::uint64_t life_ = 0;
    std::string field_;
    // By user key; never 0.
    std::unordered_map<ShortName, std::uint32_t, ShortName::Hash> here_;
    std::size_t next_bucket_ = 0;               // of it, to be refreshed
    std::map<std::uint64_t, Waiting> waiting_;  // by tag: oldest first
    std::uint64_t last_tag_;

    void write(std::string_view user_key, std::uint64_t connections_here, std::uint64_t tag);
    void write_all();
    void refresh_some();
    void say_alive(std::uint64_t tag);
    void end_late();
    void answer(std::uint64_t tag, std::optional<std::uint64_t> total);

    event::Timer<ConnectionCounts, &ConnectionCounts::end_late> deadline_;
};

}  // namespace billet::bus
