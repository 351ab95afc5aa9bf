// lib/wire/frames.h — The frames of the socket: what a client may send, and the frames that wsd
// makes by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "lib/base/result.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::wire {

struct HelloFrame {
    std::string token;
    std::optional<std::uint64_t> cursor;  // both or none
    std::optional<std::string> epoch;
};
struct SendFrame {
    std::uint64_t room_id = 0;
    std::string
        // JSON for POST /chat/rooms/{id}/messages; always with a client_msg_id, so that it may be
        // relayed again
        body;
    std::size_t content_bytes = 0;  // of the text itself
};
struct ReadFrame {
    // Exactly one of both.
    std::optional<std::uint64_t> room_id;  // with `body` = {"seq":N} or {}
    std::optional<std::uint64_t> message_id;
    std::string body;
};
struct TypingFrame {
    std::uint64_t room_id = 0;
};
struct RefreshFrame {
    std::string token;
};
struct PongFrame {
    std::optional<std::uint64_t> cursor;
};

struct ClientFrame {
    std::optional<std::string> id;
    std::variant<HelloFrame, SendFrame, ReadFrame, TypingFrame, RefreshFrame, PongFrame> what;
};

// A frame that cannot be read. `id` when it could be found, so that the error frame bears it.
// `bad`: counts as malformed (no JSON object, unknown type or member, member of the wrong type);
// false: a missing or refused value.
struct FrameError {
    Error error;
    std::optional<std::string> id;
    bool bad = true;
    bool hello = false;  // it was to be a hello
};

// `id` is a string of 1 to 64 bytes; anything else is a bad frame. Reads one text frame, in the
// enveloped or in the legacy flat form ({"type":"chat_message","room_id":1,"content":"hi"}; the
// flat form is accepted for every client frame, but flat and payload members are not mixed).
std::variant<ClientFrame, FrameError> read_frame(std::string_view text, const LimitsConfig& limits);

struct Welcome {
    std::uint64_t user_id = 0;
    std::string session_id;
    std::uint64_t cursor = 0;
    std::string epoch;
    bool resumed = false;
    std::int64_t token_ttl_s = 0;
    std::int64_t ping_interval_s = 0;
};

// `id` is the client's and is written iff given. `payload` arguments are JSON, copied as they are.
std::string welcome_frame(const Welcome& welcome, const std::optional<std::string>& id);
std::string ack_frame(const std::optional<std::string>& id, std::optional<std::uint64_t> cursor,
                      std::string_view payload);
std::string error_frame(const std::optional<std::string>& id, std::string_view problem);
std::string ping_frame(std::uint64_t head);
std::string token_expiring_frame(std::int64_t expires_in_s);
std::string resync_required_frame(const std::optional<std::string>& id, std::string_view reason);
std::string session_revoked_frame(std::string_view session_id);
// {"type":"typing","payload":{"room_id","user_id","expires_in"}}
std::string typing_frame(std::uint64_t room_id, std::uint64_t user_id, std::int64_t expires_in_s);
// {"token_ttl":N}: the ack payload of `refresh`.
std::string refresh_ack_payload(std::int64_t token_ttl_s);

}  // namespace billet::wire
