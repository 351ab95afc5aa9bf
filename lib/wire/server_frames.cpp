// lib/wire/server_frames.cpp — The frames that wsd makes by itself; events come ready-made from the
// api.
#include <cstdint>

#include "lib/wire/frames.h"
#include "lib/wire/writer.h"

namespace billet::wire {
namespace {

// {"type":…,"id":…,"cursor":…,"payload":…}; what is not given is left out. `write_payload` writes
// the last of them.
template <typename WritePayload>
std::string frame(std::string_view type, const std::optional<std::string>& id, std::optional<std::uint64_t> cursor,
                  WritePayload write_payload) {
    JsonWriter out;
    out.begin_object();
    out.member("type", type);
    if (id) out.member("id", *id);
    if (cursor) out.member("cursor", *cursor);
    write_payload(out);
    out.end_object();
    return out.take();
}

// The payload as JSON; empty: none.
auto ready(std::string_view payload) {
    return [payload](JsonWriter& out) {
        if (!payload.empty()) out.raw_member("payload", payload);
    };
}

// The payload's members are what `write_members` writes.
template <typename WriteMembers>
auto object(WriteMembers write_members) {
    return [write_members](JsonWriter& out) {
        out.key("payload");
        out.begin_object();
        write_members(out);
        out.end_object();
    };
}

}  // namespace

std::string welcome_frame(const Welcome& welcome, const std::optional<std::string>& id) {
    return frame("welcome", id, std::nullopt, object([&](JsonWriter& payload) {
                     payload.member("user_id", welcome.user_id);
                     payload.member("session_id", welcome.session_id);
                     payload.member("cursor", welcome.cursor);
                     payload.member("epoch", welcome.epoch);
                     payload.member("resumed", welcome.resumed);
                     payload.member("token_ttl", welcome.token_ttl_s);
                     payload.member("ping_interval", welcome.ping_interval_s);
                 }));
}

std::string ack_frame(const std::optional<std::string>& id, std::optional<std::uint64_t> cursor,
                      std::string_view payload) {
    return frame("ack", id, cursor, ready(payload));
}

std::string error_frame(const std::optional<std::string>& id, std::string_view problem) {
    return frame("error", id, std::nullopt, ready(problem));
}

std::string ping_frame(std::uint64_t head) {
    return frame("ping", std::nullopt, head, ready({}));
}

std::string token_expiring_frame(std::int64_t expires_in_s) {
    return frame("token_expiring", std::nullopt, std::nullopt,
                 object([&](JsonWriter& payload) { payload.member("expires_in", expires_in_s); }));
}

std::string resync_required_frame(const std::optional<std::string>& id, std::string_view reason) {
    return frame("resync_required", id, std::nullopt,
                 object([&](JsonWriter& payload) { payload.member("reason", reason); }));
}

std::string session_revoked_frame(std::string_view session_id) {
    return frame("session_revoked", std::nullopt, std::nullopt,
                 object([&](JsonWriter& payload) { payload.member("session_id", session_id); }));
}

std::string typing_frame(std::uint64_t room_id, std::uint64_t user_id, std::int64_t expires_in_s) {
    return frame("typing", std::nullopt, std::nullopt, object([&](JsonWriter& payload) {
                     payload.member("room_id", room_id);
                     payload.member("user_id", user_id);
                     payload.member("expires_in", expires_in_s);
                 }));
}

std::string refresh_ack_payload(std::int64_t token_ttl_s) {
    JsonWriter payload;
    payload.begin_object();
    payload.member("token_ttl", token_ttl_s);
    payload.end_object();
    return payload.take();
}

}  // namespace billet::wire
