// lib/base/config/wsd.h — [wsd]: sockets, bounds and intervals of billet-wsd.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace billet {

struct WsdConfig {
    std::string listen = "/run/billet/wsd-{instance}.sock";
    std::string metrics_listen;
    std::vector<std::string> api_sockets = {"/run/billet/api.relay.sock"};
    std::uint32_t connections_max = 19000;
    std::uint32_t relays_parallel = 64;   // FastCGI connections to the api
    std::uint32_t relays_queued = 20000;  // waiting for one of them
    std::chrono::milliseconds relay_timeout_ms{10000};
    std::uint32_t commands_queued = 64;  // of one connection; reading pauses beyond that
    // Bytes in the whole process.
    std::uint32_t commands_bytes = 67108864;   // from clients and not relayed yet
    std::uint32_t relays_bytes = 67108864;     // waiting for a FastCGI connection
    std::uint32_t outboxes_bytes = 268435456;  // waiting for clients to read
    std::uint32_t held_bytes = 33554432;       // notices that came out of turn
    std::uint32_t resume_page = 200;           // events read from the log at once
    std::chrono::milliseconds compare_heads_ms{5000};
    std::chrono::milliseconds compare_heads_bus_down_ms{1000};
    std::chrono::milliseconds heartbeat_ms{1000};
    std::chrono::milliseconds heartbeat_lost_ms{5000};
    std::chrono::milliseconds reconnect_max_ms{2000};  // full jitter below this
    // Notices of sign-out and typing that are further from now are dropped.
    std::chrono::seconds notice_age_s{10};
    // 1012 to everybody is spread over this after SIGTERM
    std::chrono::seconds drain_s{5};
    // Exact Origin values; empty: all (no cookie is ever used).
    std::vector<std::string> allowed_origins;
    bool direct_write = true;  // false: always by way of the WRITEABLE callback
};

}  // namespace billet
