// lib/base/config.h — The configuration of all daemons and tools: one TOML file, environment overrides, strict keys.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace billet {

using std::chrono::milliseconds;
using std::chrono::seconds;

// MariaDB. Either `socket` (a path; authentication by unix_socket unless a password file is given) or `host`.
struct DatabaseConfig {
    std::string socket = "/run/mysqld/mysqld.sock";
    std::string host;
    std::uint16_t port = 3306;
    std::string tls_ca_file;  // required when host is no loopback address
    std::string user = "billet_api";
    std::string name = "billet";
    std::string password_file;
    // Whom billetctl logs in as instead; empty: as `user`.
    std::string operator_user;
    std::string operator_password_file;
    // A database that hangs is answered "unavailable" after one of the first two; the third must be below the second.
    seconds connect_timeout_s{2};
    seconds read_timeout_s{2};
    seconds lock_wait_timeout_s{1};
};

struct RedisConfig {
    std::string socket = "/run/redis/redis.sock";
    std::string user;
    std::string password_file;
    milliseconds timeout_ms{200};       // of one command; past it Redis counts as gone
    milliseconds retry_after_ms{1000};  // no new attempt to connect before that
};

struct KeysConfig {
    std::string content_file;
    std::string bus_file;
    std::string token_file;
};

struct ApiConfig {
    std::string listen = "/run/billet/api.sock";
    std::string relay_listen = "/run/billet/api.relay.sock";  // for wsd alone; empty: none
    std::string metrics_listen;                               // unix path; empty: none
    std::uint32_t threads = 8;                                // workers; each has its own MariaDB and Redis connection
    std::uint32_t connections_max = 512;  // kept FastCGI connections at each of the two; more wait in the backlog
    std::uint32_t listen_backlog = 511;
    seconds io_timeout_s{5};        // of one read from or write to nginx
    seconds request_deadline_s{9};  // all retries of a transaction end before it
    seconds drain_s{10};            // after SIGTERM
    std::uint32_t password_hashes_parallel = 2;
    std::uint32_t password_hashes_queued = 256;
    milliseconds password_wait_ms{5000};
};

struct WsdConfig {
    std::string listen = "/run/billet/wsd-{instance}.sock";
    std::string metrics_listen;
    std::vector<std::string> api_sockets = {"/run/billet/api.relay.sock"};
    std::uint32_t connections_max = 19000;
    std::uint32_t relays_parallel = 8;    // FastCGI connections to the api
    std::uint32_t relays_queued = 20000;  // waiting for one of them
    milliseconds relay_timeout_ms{10000};
    std::uint32_t commands_queued = 64;  // of one connection; reading pauses beyond that
    // Bytes in the whole process.
    std::uint32_t commands_bytes = 67108864;   // from clients and not relayed yet
    std::uint32_t relays_bytes = 67108864;     // waiting for a FastCGI connection
    std::uint32_t outboxes_bytes = 268435456;  // waiting for clients to read
    std::uint32_t held_bytes = 33554432;       // notices that came out of turn
    std::uint32_t resume_page = 200;           // events read from the log at once
    milliseconds compare_heads_ms{5000};
    milliseconds compare_heads_bus_down_ms{1000};
    milliseconds heartbeat_ms{1000};
    milliseconds heartbeat_lost_ms{5000};
    milliseconds reconnect_max_ms{2000};       // full jitter below this
    seconds notice_age_s{10};                  // notices of sign-out and typing that are further from now are dropped
    seconds drain_s{5};                        // 1012 to everybody is spread over this after SIGTERM
    std::vector<std::string> allowed_origins;  // exact Origin values; empty: all (no cookie is ever used)
    bool direct_write = true;                  // false: always by way of the WRITEABLE callback
};

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
    seconds hello_timeout_s{5};
    seconds ping_interval_s{25};
    seconds pong_timeout_s{10};
    std::uint32_t outbox_bytes = 262144;
    seconds outbox_seconds{20};
    seconds access_token_s{900};
    seconds refresh_token_s{2592000};
    seconds typing_interval_s{2};  // at most one typing notice per user and room in this time
    seconds typing_expires_s{6};
    std::uint32_t messages_page_max = 200;
    std::uint32_t rooms_page_max = 100;
    std::uint32_t events_page_max = 500;
    std::uint32_t blocks_page_max = 500;
    std::uint32_t page_default = 50;
    std::uint32_t page_bytes = 262144;  // of JSON; not above what nginx buffers (nginx/api-location.conf)
    std::uint32_t events_keep_days = 30;
};

// Billet's own access tokens (HS256, keys of [keys] token_file).
struct TokensConfig {
    std::string issuer = "billet";
    std::string audience = "billet";
    seconds leeway_s{5};  // for the clocks of hosts; our own tokens end when they say
    seconds cache_s{60};  // a verified token is not verified again for that long; 60 at most
};

// Tokens of a host application; one entry trusts one issuer.
struct HostTokensConfig {
    std::string issuer;
    std::string audience;
    std::string algorithm;  // HS256, RS256 or ES256: the only one accepted for this issuer
    std::string key_file;   // HS256: the secret's bytes; RS256/ES256: a PEM public key
    std::string jwks_file;  // instead of key_file
    std::string username_claim = "preferred_username";
    std::string display_name_claim = "name";
    std::string role_claim = "role";
    seconds life_s{3600};  // at most; tells when a token without iat was issued
};

struct LogConfig {
    std::string level = "info";  // debug, info, warning, error
};

struct Config {
    DatabaseConfig database;
    RedisConfig redis;      // of the api and billetctl
    RedisConfig redis_wsd;  // of wsd
    KeysConfig keys;
    ApiConfig api;
    WsdConfig wsd;
    LimitsConfig limits;
    TokensConfig tokens;
    std::vector<HostTokensConfig> host_tokens;
    LogConfig log;
};

// Reads `path`, then the files of its top-level `include = […]` in order (later values win; relative paths are relative to the including
// file), then BILLET_SECTION__KEY of the environment. Paths may contain `{instance}`, replaced by `instance` (may be empty).
// Errors: kInvalidArgument with detail "file:line: what is wrong" for syntax, unknown sections or keys, wrong types and
// values out of range; kNotFound when a file cannot be read.
Result<Config> load_config(const std::string& path, const std::string& instance);

// The secret in a file: its bytes without one final line break (LF or CR LF), as an editor or echo leaves it. kInvalidArgument when it cannot be read, is empty, or is readable by others.
Result<std::string> read_secret_file(const std::string& path);

}  // namespace billet
