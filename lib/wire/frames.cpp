// lib/wire/frames.cpp — Reading what clients send.
#include "lib/wire/frames.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/wire/members.h"
#include "lib/wire/writer.h"

namespace billet::wire {
namespace {

constexpr std::size_t kIdBytesMax = 64;

using What = decltype(ClientFrame::what);

bool is_bad(const Error& error) {
    if (error.code != Code::kInvalidArgument) return true;
    return std::ranges::any_of(error.fields, [](const FieldError& field) { return field.code == "type"; });
}

// The frame's own members, and its payload as one object whichever form it came in.
struct Envelope {
    std::string type;
    std::optional<std::string> id;
    Json payload;
};

bool is_envelope_member(std::string_view name, std::string_view type) {
    return name == "type" || name == "id" || (name == "cursor" && type == "pong");
}

// The legacy flat form: everything but the envelope's members is the payload.
Json flat_payload(const Json& frame, std::string_view type) {
    Json payload;
    payload.kind = JsonKind::kObject;
    for (const auto& [key, value] : frame.members) {
        if (!is_envelope_member(key, type)) payload.members.push_back({key, value});
    }
    return payload;
}

Result<void> check_envelope_members(const Json& frame, std::string_view type) {
    for (const auto& [key, value] : frame.members) {
        if (key != "payload" && !is_envelope_member(key, type)) return make_error(Code::kUnknownField, key);
    }
    return {};
}

Result<Envelope> read_envelope(const Json& frame, std::optional<std::string> id) {
    const Json* type = frame.find("type");
    if (type == nullptr || type->kind != JsonKind::kString) return invalid_argument("type", "type");
    Envelope envelope{.type = type->text, .id = std::move(id), .payload = {}};
    const Json* payload = frame.find("payload");
    if (payload == nullptr) {
        envelope.payload = flat_payload(frame, envelope.type);
        return envelope;
    }
    if (payload->kind != JsonKind::kObject) return invalid_argument("payload", "type");
    if (auto members = check_envelope_members(frame, envelope.type); !members) return std::move(members).error();
    envelope.payload = *payload;
    return envelope;
}

Result<What> read_hello(MemberReader& members) {
    HelloFrame hello{
        .token = members.required_text("token"), .cursor = members.number("cursor"), .epoch = members.text("epoch")};
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    if (hello.cursor.has_value() != hello.epoch.has_value())
        return invalid_argument(hello.cursor ? "epoch" : "cursor", "required");
    return What{std::move(hello)};
}

std::string send_body(const std::optional<std::string>& content, const std::string& client_msg_id) {
    JsonWriter out;
    out.begin_object();
    if (content) out.member("content", *content);
    out.member("client_msg_id", client_msg_id);
    out.end_object();
    return out.take();
}

Result<What> read_send(MemberReader& members) {
    SendFrame send{.room_id = members.required_number("room_id"), .body = {}, .content_bytes = 0};
    const auto content = members.text("content");
    const auto client_msg_id = members.text("client_msg_id");
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    send.content_bytes = content ? content->size() : 0;
    send.body = send_body(content, client_msg_id.value_or(random_id()));
    return What{std::move(send)};
}

std::string mark_body(std::optional<std::uint64_t> seq) {
    return seq ? R"({"seq":)" + std::to_string(*seq) + "}" : "{}";
}

Result<What> read_mark_frame(MemberReader& members) {
    ReadFrame read{.room_id = members.number("room_id"), .message_id = members.number("message_id"), .body = {}};
    const auto seq = members.number("seq");
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    if (!read.room_id && !read.message_id) return invalid_argument("room_id", "required");
    // A legacy message_read names the room beside the message; the message decides then.
    if (read.message_id && seq) return invalid_argument("seq", "conflict");
    if (read.message_id) read.room_id.reset();
    if (read.room_id) read.body = mark_body(seq);
    return What{std::move(read)};
}

Result<What> read_typing(MemberReader& members) {
    const TypingFrame typing{.room_id = members.required_number("room_id")};
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    return What{typing};
}

Result<What> read_refresh_frame(MemberReader& members) {
    RefreshFrame refresh{.token = members.required_text("token")};
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    return What{std::move(refresh)};
}

Result<What> read_pong(const Json& frame, MemberReader& members) {
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    const Json* cursor = frame.find("cursor");
    if (cursor == nullptr) return What{PongFrame{}};
    if (cursor->kind != JsonKind::kInteger) return invalid_argument("cursor", "type");
    if (cursor->integer < 0) return invalid_argument("cursor", "range");
    return What{PongFrame{static_cast<std::uint64_t>(cursor->integer)}};
}

Result<What> read_what(const Json& frame, const Envelope& envelope) {
    MemberReader members(envelope.payload);
    if (envelope.type == "chat_message") return read_send(members);
    if (envelope.type == "message_read") return read_mark_frame(members);
    if (envelope.type == "typing") return read_typing(members);
    if (envelope.type == "pong") return read_pong(frame, members);
    if (envelope.type == "refresh") return read_refresh_frame(members);
    if (envelope.type == "hello") return read_hello(members);
    return invalid_argument("type", "type");
}

FrameError frame_error(Error error, std::optional<std::string> id) {
    const bool bad = is_bad(error);
    return {.error = std::move(error), .id = std::move(id), .bad = bad, .hello = false};
}

Result<std::optional<std::string>> read_id(const Json& frame) {
    const Json* id = frame.find("id");
    if (id == nullptr) return std::optional<std::string>{};
    if (id->kind != JsonKind::kString) return invalid_argument("id", "type");
    if (id->text.empty() || id->text.size() > kIdBytesMax) return invalid_argument("id", "length");
    return std::optional{id->text};
}

}  // namespace

std::variant<ClientFrame, FrameError> read_frame(std::string_view text, const LimitsConfig& limits) {
    auto frame = parse_json(text, {.bytes_max = limits.frame_bytes, .depth_max = limits.json_depth});
    if (!frame) return frame_error(std::move(frame).error(), std::nullopt);
    if (frame->kind != JsonKind::kObject) return frame_error(make_error(Code::kBadJson, "no object"), std::nullopt);
    auto id = read_id(*frame);
    if (!id) return frame_error(std::move(id).error(), std::nullopt);
    auto envelope = read_envelope(*frame, *id);
    if (!envelope) return frame_error(std::move(envelope).error(), *id);
    auto what = read_what(*frame, *envelope);
    if (!what) {
        FrameError refused = frame_error(std::move(what).error(), *id);
        refused.hello = envelope->type == "hello";
        return refused;
    }
    return ClientFrame{.id = std::move(id).value(), .what = std::move(what).value()};
}

}  // namespace billet::wire
