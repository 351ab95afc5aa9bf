// lib/wire/requests.cpp — One reader per request body.
#include "lib/wire/requests.h"

#include <cstdint>

#include "lib/base/config/limits.h"
#include "lib/wire/members.h"

namespace billet::wire {
namespace {

Result<Json> parse_body(std::string_view body, const LimitsConfig& limits) {
    if (body.empty()) body = "{}";
    return parse_json(body, {.bytes_max = limits.body_bytes, .depth_max = limits.json_depth});
}

// Parses `body` and lets `read` ask a MemberReader for its members.
template <typename Value, typename Read>
Result<Value> read_body(std::string_view body, const LimitsConfig& limits, Read read) {
    auto json = parse_body(body, limits);
    if (!json) return std::move(json).error();
    MemberReader members(*json);
    Value value = read(members);
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    return value;
}

}  // namespace

Result<chat::Register> read_register(std::string_view body, const LimitsConfig& limits) {
    return read_body<chat::Register>(body, limits, [](MemberReader& members) {
        return chat::Register{members.required_text("username"), members.required_text("password"),
                              members.text("display_name")};
    });
}

Result<LoginBody> read_login(std::string_view body, const LimitsConfig& limits) {
    return read_body<LoginBody>(body, limits, [](MemberReader& members) {
        return LoginBody{members.required_text("username"), members.required_text("password")};
    });
}

Result<std::string> read_refresh(std::string_view body, const LimitsConfig& limits) {
    return read_body<std::string>(body, limits,
                                  [](MemberReader& members) { return members.required_text("refresh_token"); });
}

Result<std::string> read_display_name(std::string_view body, const LimitsConfig& limits) {
    return read_body<std::string>(body, limits,
                                  [](MemberReader& members) { return members.required_text("display_name"); });
}

Result<std::optional<std::uint64_t>> read_other_user(std::string_view body, const LimitsConfig& limits) {
    auto json = parse_body(body, limits);
    if (!json) return std::move(json).error();
    // An id that no user can have is an unknown user (404), not a refused value.
    if (const Json* id = json->find("other_user_id");
        id != nullptr && id->kind == JsonKind::kInteger && json->members.size() == 1) {
        return std::optional<std::uint64_t>{id->integer < 0 ? 0 : static_cast<std::uint64_t>(id->integer)};
    }
    MemberReader members(*json);
    auto other = members.number("other_user_id");
    if (auto finished = members.finish(); !finished) return std::move(finished).error();
    return other;
}

Result<SendBody> read_send(std::string_view body, const LimitsConfig& limits) {
    return read_body<SendBody>(body, limits, [](MemberReader& members) {
        return SendBody{members.text("content"), members.text("client_msg_id")};
    });
}

Result<ReadBody> read_mark(std::string_view body, const LimitsConfig& limits) {
    return read_body<ReadBody>(body, limits, [](MemberReader& members) { return ReadBody{members.number("seq")}; });
}

Result<void> read_nothing(std::string_view body, const LimitsConfig& limits) {
    auto json = parse_body(body, limits);
    if (!json) return std::move(json).error();
    return MemberReader(*json).finish();
}

}  // namespace billet::wire
