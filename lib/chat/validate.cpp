// lib/chat/validate.cpp — The rules of single values.
#include "lib/chat/validate.h"

#include <algorithm>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/chat/display_name.h"

namespace billet::chat {
namespace {

constexpr std::size_t kClientMsgIdBytesMax = 64;

bool is_visible_ascii(char c) {
    return c >= 0x21 && c <= 0x7E;
}

}  // namespace

Result<void> check_content(std::string_view content, const LimitsConfig& limits) {
    if (content.empty() || content.size() > limits.content_bytes) return invalid_argument("content", "length");
    if (!is_utf8(content) || content.find('\0') != std::string_view::npos) return invalid_argument("content", "format");
    if (code_points(content) > limits.content_code_points) return invalid_argument("content", "length");
    if (!has_visible(content)) return invalid_argument("content", "format");
    return {};
}

Result<void> check_client_msg_id(std::string_view id) {
    if (id.empty() || id.size() > kClientMsgIdBytesMax) return invalid_argument("client_msg_id", "length");
    if (!std::ranges::all_of(id, is_visible_ascii)) return invalid_argument("client_msg_id", "format");
    return {};
}

bool is_username_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

Result<void> check_username(std::string_view username, const LimitsConfig& limits) {
    if (username.size() < limits.username_min || username.size() > limits.username_max)
        return invalid_argument("username", "length");
    if (!std::ranges::all_of(username, is_username_character)) return invalid_argument("username", "format");
    return {};
}

Result<std::string> accepted_display_name(std::string_view wish, const LimitsConfig& limits) {
    if (!is_utf8(wish)) return invalid_argument("display_name", "format");
    const std::string_view name = trimmed(wish);
    if (name.empty() || code_points(name) > limits.display_name_max) return invalid_argument("display_name", "length");
    if (!has_fitting_characters(name) || !has_visible(name)) return invalid_argument("display_name", "format");
    return std::string(name);
}

}  // namespace billet::chat
