// lib/base/config/api.h — [api]: sockets, threads and waits of billet-api.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace billet {

struct ApiConfig {
    std::string listen = "/run/billet/api.sock";
    std::string relay_listen = "/run/billet/api.relay.sock";  // for wsd alone; empty: none
    std::string metrics_listen;                               // unix path; empty: none
    // Workers; each has its own MariaDB and Redis connection.
    std::uint32_t threads = 8;
    // Kept FastCGI connections at each of the two; more wait in the backlog.
    std::uint32_t connections_max = 512;
    std::uint32_t listen_backlog = 511;
    std::chrono::seconds io_timeout_s{5};        // of one read from or write to nginx
    std::chrono::seconds request_deadline_s{9};  // all retries of a transaction end before it
    std::chrono::seconds drain_s{10};            // after SIGTERM
    // Messages and read marks that wait for their turn to be written; more are refused.
    std::uint32_t writes_queued = 1024;
    std::uint32_t writes_together_max = 64;  // that share a transaction
    // Threads for those whose room others hold; each has its own connections.
    std::uint32_t patient_writers = 2;
    std::uint32_t password_hashes_parallel = 2;
    std::uint32_t password_hashes_queued = 256;
    std::chrono::milliseconds password_wait_ms{5000};
};

}  // namespace billet
