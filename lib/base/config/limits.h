// lib/base/config/limits.h — [limits]: what a client may send, how often, and how long things live.
#pragma once

#include <chrono>
#include <cstdint>

namespace billet {

// A limiter bucket is GCRA: `burst` at once, then one every period.
struct LimitsConfig {
    std::uint32_t content_code_points = 4000;
    std::uint32_t content_bytes = 16000;
    std::uint32_t body_bytes = 65536;
    std::uint32_t json_depth = 16;
    std::uint32_t frame_bytes = 32768;
    std::uint32_t frame_fragments = 64;
    std::uint32_t username_min = 3;
    std::uint32_t username_max = 32;
    std::uint32_t password_min = 8;
    std::uint32_t password_max = 256;
    std::uint32_t display_name_max = 64;
    std::uint32_t sends_burst = 20;
    double sends_per_second = 2;
    std::uint32_t rooms_burst = 5;
    double rooms_per_hour = 20;
    std::uint32_t logins_per_minute = 5;
    std::uint32_t logins_per_minute_address = 30;
    std::uint32_t logins_per_minute_account = 60;
    std::uint32_t registrations_per_minute_address = 30;
    std::uint32_t calls_burst = 60;
    double calls_per_second = 30;
    std::uint32_t resumes_burst = 100;  // hellos with a position
    double resumes_per_minute = 60;
    std::uint32_t frames_per_second = 50;
    std::uint32_t connections_per_user = 20;
    std::chrono::seconds hello_timeout_s{5};
    std::chrono::seconds ping_interval_s{25};
    std::chrono::seconds pong_timeout_s{10};
    std::uint32_t outbox_bytes = 262144;
    std::chrono::seconds outbox_seconds{20};
    std::chrono::seconds access_token_s{900};
    std::chrono::seconds refresh_token_s{2592000};
    // At most one typing notice per user and room in this time.
    std::chrono::seconds typing_interval_s{2};
    std::chrono::seconds typing_expires_s{6};
    std::uint32_t messages_page_max = 200;
    std::uint32_t rooms_page_max = 100;
    std::uint32_t events_page_max = 500;
    std::uint32_t blocks_page_max = 500;
    std::uint32_t page_default = 50;
    // Of JSON; not above what nginx buffers (nginx/api-location.conf).
    std::uint32_t page_bytes = 262144;
    std::uint32_t events_keep_days = 30;
};

}  // namespace billet
