// lib/base/config_fields.cpp — The list of options.
#include "lib/base/config_fields.h"

namespace billet {
namespace {

void add_redis(std::vector<ConfigField>& fields, std::string_view section, RedisConfig& redis) {
    fields.push_back({section, "socket", &redis.socket});
    fields.push_back({section, "user", &redis.user});
    fields.push_back({section, "password_file", &redis.password_file});
    fields.push_back({section, "timeout_ms", &redis.timeout_ms, 10, 10000});
    fields.push_back({section, "retry_after_ms", &redis.retry_after_ms, 10, 60000});
}

void add_database(std::vector<ConfigField>& fields, DatabaseConfig& database) {
    constexpr std::string_view kSection = "database";
    fields.push_back({kSection, "socket", &database.socket});
    fields.push_back({kSection, "host", &database.host});
    fields.push_back({kSection, "port", &database.port, 1, 65535});
    fields.push_back({kSection, "tls_ca_file", &database.tls_ca_file});
    fields.push_back({kSection, "user", &database.user});
    fields.push_back({kSection, "name", &database.name});
    fields.push_back({kSection, "password_file", &database.password_file});
    fields.push_back({kSection, "operator_user", &database.operator_user});
    fields.push_back({kSection, "operator_password_file", &database.operator_password_file});
    fields.push_back({kSection, "connect_timeout_s", &database.connect_timeout_s, 1, 60});
    fields.push_back({kSection, "read_timeout_s", &database.read_timeout_s, 1, 60});
    fields.push_back({kSection, "lock_wait_timeout_s", &database.lock_wait_timeout_s, 1, 60});
}

void add_api(std::vector<ConfigField>& fields, ApiConfig& api) {
    constexpr std::string_view kSection = "api";
    fields.push_back({kSection, "listen", &api.listen});
    fields.push_back({kSection, "relay_listen", &api.relay_listen});
    fields.push_back({kSection, "metrics_listen", &api.metrics_listen});
    fields.push_back({kSection, "threads", &api.threads, 1, 256});
    fields.push_back({kSection, "connections_max", &api.connections_max, 1, 15000});
    fields.push_back({kSection, "listen_backlog", &api.listen_backlog, 1, 65535});
    fields.push_back({kSection, "io_timeout_s", &api.io_timeout_s, 1, 60});
    fields.push_back({kSection, "request_deadline_s", &api.request_deadline_s, 1, 60});
    fields.push_back({kSection, "drain_s", &api.drain_s, 0, 300});
    fields.push_back({kSection, "writes_queued", &api.writes_queued, 1, 100000});
    fields.push_back({kSection, "writes_together_max", &api.writes_together_max, 1, 64});
    fields.push_back({kSection, "patient_writers", &api.patient_writers, 1, 64});
    fields.push_back({kSection, "password_hashes_parallel", &api.password_hashes_parallel, 1, 64});
    fields.push_back({kSection, "password_hashes_queued", &api.password_hashes_queued, 0, 10000});
    fields.push_back({kSection, "password_wait_ms", &api.password_wait_ms, 100, 60000});
}

void add_wsd(std::vector<ConfigField>& fields, WsdConfig& wsd) {
    constexpr std::string_view kSection = "wsd";
    fields.push_back({kSection, "listen", &wsd.listen});
    fields.push_back({kSection, "metrics_listen", &wsd.metrics_listen});
    fields.push_back({kSection, "api_sockets", &wsd.api_sockets});
    fields.push_back({kSection, "connections_max", &wsd.connections_max, 1, 1000000});
    fields.push_back({kSection, "relays_parallel", &wsd.relays_parallel, 1, 256});
    fields.push_back({kSection, "relays_queued", &wsd.relays_queued, 1, 1000000});
    fields.push_back({kSection, "relay_timeout_ms", &wsd.relay_timeout_ms, 100, 60000});
    fields.push_back({kSection, "commands_queued", &wsd.commands_queued, 1, 10000});
    constexpr double kLeast = 1048576;
    constexpr double kMost = 4294967295;
    fields.push_back({kSection, "commands_bytes", &wsd.commands_bytes, kLeast, kMost});
    fields.push_back({kSection, "relays_bytes", &wsd.relays_bytes, kLeast, kMost});
    fields.push_back({kSection, "outboxes_bytes", &wsd.outboxes_bytes, kLeast, kMost});
    fields.push_back({kSection, "held_bytes", &wsd.held_bytes, kLeast, kMost});
    fields.push_back({kSection, "resume_page", &wsd.resume_page, 1, 500});
    fields.push_back({kSection, "compare_heads_ms", &wsd.compare_heads_ms, 100, 60000});
    fields.push_back({kSection, "compare_heads_bus_down_ms", &wsd.compare_heads_bus_down_ms, 100, 60000});
    fields.push_back({kSection, "heartbeat_ms", &wsd.heartbeat_ms, 100, 60000});
    fields.push_back({kSection, "heartbeat_lost_ms", &wsd.heartbeat_lost_ms, 200, 60000});
    fields.push_back({kSection, "reconnect_max_ms", &wsd.reconnect_max_ms, 10, 60000});
    fields.push_back({kSection, "notice_age_s", &wsd.notice_age_s, 1, 3600});
    fields.push_back({kSection, "drain_s", &wsd.drain_s, 0, 300});
    fields.push_back({kSection, "allowed_origins", &wsd.allowed_origins});
    fields.push_back({kSection, "direct_write", &wsd.direct_write});
}

void add_input_limits(std::vector<ConfigField>& fields, LimitsConfig& limits) {
    constexpr std::string_view kSection = "limits";
    fields.push_back({kSection, "content_code_points", &limits.content_code_points, 1, 16000});
    fields.push_back({kSection, "content_bytes", &limits.content_bytes, 1, 64000});
    fields.push_back({kSection, "body_bytes", &limits.body_bytes, 1024, 1048576});
    fields.push_back({kSection, "json_depth", &limits.json_depth, 2, 64});
    fields.push_back({kSection, "frame_bytes", &limits.frame_bytes, 1024, 1048576});
    fields.push_back({kSection, "frame_fragments", &limits.frame_fragments, 1, 10000});
    fields.push_back({kSection, "username_min", &limits.username_min, 1, 32});
    fields.push_back({kSection, "username_max", &limits.username_max, 1, 32});
    fields.push_back({kSection, "password_min", &limits.password_min, 1, 256});
    fields.push_back({kSection, "password_max", &limits.password_max, 1, 4096});
    fields.push_back({kSection, "display_name_max", &limits.display_name_max, 1, 64});
    fields.push_back({kSection, "messages_page_max", &limits.messages_page_max, 1, 1000});
    fields.push_back({kSection, "rooms_page_max", &limits.rooms_page_max, 1, 1000});
    fields.push_back({kSection, "events_page_max", &limits.events_page_max, 1, 1000});
    fields.push_back({kSection, "blocks_page_max", &limits.blocks_page_max, 1, 1000});
    fields.push_back({kSection, "page_bytes", &limits.page_bytes, 4096, 262144});
    fields.push_back({kSection, "page_default", &limits.page_default, 1, 1000});
}

void add_rates(std::vector<ConfigField>& fields, LimitsConfig& limits) {
    constexpr std::string_view kSection = "limits";
    constexpr double kSlowest = 0.001;
    constexpr double kFastest = 1e6;
    fields.push_back({kSection, "sends_burst", &limits.sends_burst, 1, kFastest});
    fields.push_back({kSection, "sends_per_second", &limits.sends_per_second, kSlowest, kFastest});
    fields.push_back({kSection, "rooms_burst", &limits.rooms_burst, 1, kFastest});
    fields.push_back({kSection, "rooms_per_hour", &limits.rooms_per_hour, kSlowest, 1e9});
    fields.push_back({kSection, "logins_per_minute", &limits.logins_per_minute, 1, kFastest});
    fields.push_back({kSection, "logins_per_minute_address", &limits.logins_per_minute_address, 1, kFastest});
    fields.push_back({kSection, "logins_per_minute_account", &limits.logins_per_minute_account, 1, kFastest});
    fields.push_back(
        {kSection, "registrations_per_minute_address", &limits.registrations_per_minute_address, 1, kFastest});
    fields.push_back({kSection, "calls_burst", &limits.calls_burst, 1, kFastest});
    fields.push_back({kSection, "calls_per_second", &limits.calls_per_second, kSlowest, kFastest});
    fields.push_back({kSection, "resumes_burst", &limits.resumes_burst, 1, kFastest});
    fields.push_back({kSection, "resumes_per_minute", &limits.resumes_per_minute, kSlowest, kFastest});
    fields.push_back({kSection, "frames_per_second", &limits.frames_per_second, 1, kFastest});
    fields.push_back({kSection, "connections_per_user", &limits.connections_per_user, 1, 100000});
}

void add_lives(std::vector<ConfigField>& fields, LimitsConfig& limits) {
    constexpr std::string_view kSection = "limits";
    constexpr double kDay = 86400;
    fields.push_back({kSection, "hello_timeout_s", &limits.hello_timeout_s, 1, 3600});
    fields.push_back({kSection, "ping_interval_s", &limits.ping_interval_s, 1, 3600});
    fields.push_back({kSection, "pong_timeout_s", &limits.pong_timeout_s, 1, 3600});
    fields.push_back({kSection, "outbox_bytes", &limits.outbox_bytes, 4096, 1073741824});
    fields.push_back({kSection, "outbox_seconds", &limits.outbox_seconds, 1, 3600});
    fields.push_back({kSection, "access_token_s", &limits.access_token_s, 1, kDay});
    fields.push_back({kSection, "refresh_token_s", &limits.refresh_token_s, 1, 3650 * kDay});
    fields.push_back({kSection, "typing_interval_s", &limits.typing_interval_s, 0, 60});
    fields.push_back({kSection, "typing_expires_s", &limits.typing_expires_s, 1, 60});
    fields.push_back({kSection, "events_keep_days", &limits.events_keep_days, 1, 36500});
}

}  // namespace

std::vector<ConfigField> config_fields(Config& config) {
    std::vector<ConfigField> fields;
    add_database(fields, config.database);
    add_redis(fields, "redis", config.redis);
    add_redis(fields, "redis_wsd", config.redis_wsd);
    fields.push_back({"keys", "content_file", &config.keys.content_file});
    fields.push_back({"keys", "bus_file", &config.keys.bus_file});
    fields.push_back({"keys", "token_file", &config.keys.token_file});
    add_api(fields, config.api);
    add_wsd(fields, config.wsd);
    add_input_limits(fields, config.limits);
    add_rates(fields, config.limits);
    add_lives(fields, config.limits);
    fields.push_back({"tokens", "issuer", &config.tokens.issuer});
    fields.push_back({"tokens", "audience", &config.tokens.audience});
    fields.push_back({"tokens", "leeway_s", &config.tokens.leeway_s, 0, 300});
    fields.push_back({"tokens", "cache_s", &config.tokens.cache_s, 0, 60});
    fields.push_back({"log", "level", &config.log.level});
    return fields;
}

std::vector<ConfigField> host_token_fields(HostTokensConfig& host) {
    constexpr std::string_view kSection = "host_tokens";
    return {{kSection, "issuer", &host.issuer},
            {kSection, "audience", &host.audience},
            {kSection, "algorithm", &host.algorithm},
            {kSection, "key_file", &host.key_file},
            {kSection, "jwks_file", &host.jwks_file},
            {kSection, "username_claim", &host.username_claim},
            {kSection, "display_name_claim", &host.display_name_claim},
            {kSection, "role_claim", &host.role_claim},
            {kSection, "life_s", &host.life_s, 1, 31536000}};
}

}  // namespace billet
