// lib/wire/server_frames.cpp — The frames that wsd makes by itself; events come ready-made from the
// api.
#include <cstdint>

#include "lib/wire/frames.h"
#include "lib/wire/writer.h"

namespace billet::wire {
namespace {

// {"type":…,"id":…,"cursor":…,"payload":…}; what is not given is left out.
std::string frame(std::string_view type, const std::optional<std::string>& id, std::optional<std::uint64_t> cursor,
                  std::string_view payload) {
    JsonWriter out;
    out.begin_object();
    out.member("type", type);
    if (id) out.member("id", *id);
    if (cursor) out.member("cursor", *cursor);
    if (!payload.empty()) out.raw_member("payload", payload);
    out.end_object();
    return out.take();
}

std::string number_payload(std::string_view name, std::int64_t value) {
    JsonWriter out;
    out.begin_object();
    out.member(name, value);
    out.end_object();
    return out.take();
}

std::string text_payload(std::string_view name, std::string_view value) {
    JsonWriter out;
    out.begin_object();
    out.member(name, value);
    out.end_object();
    return out.take();
}

}  // namespace

std::string welcome_frame(const Welcome& welcome, const std::optional<std::string>& id) {
    JsonWriter payload;
    payload.begin_object();
    payload.member("user_id", welcome.user_id);
    payload.member("session_id", welcome.session_id);
    payload.member("cursor", welcome.cursor);
    payload.member("epoch", welcome.epoch);
    payload.member("resumed", welcome.resumed);
    payload.member("token_ttl", welcome.token_ttl_s);
    payload.member("ping_interval", welcome.ping_interval_s);
    payload.end_object();
    return frame("welcome", id, std::nullopt, payload.take());
}

std::string ack_frame(const std::optional<std::string>& id, std::optional<std::uint64_t> cursor,
                      std::string_view payload) {
    return frame("ack", id, cursor, payload);
}

std::string error_frame(const std::optional<std::string>& id, std::string_view problem) {
    return frame("error", id, std::nullopt, problem);
}

std::string ping_frame(std::uint64_t head) {
    return frame("ping", std::nullopt, head, {});
}

std::string token_expiring_frame(std::int64_t expires_in_s) {
    return frame("token_expiring", std::nullopt, std::nullopt, number_payload("expires_in", expires_in_s));
}

std::string resync_required_frame(const std::optional<std::string>& id, std::string_view reason) {
    return frame("resync_required", id, std::nullopt, text_payload("reason", reason));
}

std::string session_revoked_frame(std::string_view session_id) {
    return frame("session_revoked", std::nullopt, std::nullopt, text_payload("session_id", session_id));
}

std::string typing_frame(std::uint64_t room_id, std::uint64_t user_id, std::int64_t expires_in_s) {
    JsonWriter payload;
    payload.begin_object();
    payload.member("room_id", room_id);
    payload.member("user_id", user_id);
    payload.member("expires_in", expires_in_s);
    payload.end_object();
    return frame("typing", std::nullopt, std::nullopt, payload.take());
}

std::string refresh_ack_payload(std::int64_t token_ttl_s) {
    return number_payload("token_ttl", token_ttl_s);
}

}  // namespace billet::wire
