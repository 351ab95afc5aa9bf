// lib/chat/validate.h — What a name, a message and its id must look like. All errors are
// kInvalidArgument with the field's name.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::chat {

// UTF-8, 1..content_code_points code points and at most content_bytes bytes, at least one of them
// shows (shows() in unicode.h), no NUL.
Result<void> check_content(std::string_view content, const LimitsConfig& limits);
// 1..64 bytes of 0x21..0x7E.
Result<void> check_client_msg_id(std::string_view id);
// username_min..username_max of [a-z0-9_.-].
Result<void> check_username(std::string_view username, const LimitsConfig& limits);
bool is_username_character(char c);
// The name to keep: `wish` without white space at its ends. 1..display_name_max code points, at
// least one that shows, and no character that display_name.h forbids.
Result<std::string> accepted_display_name(std::string_view wish, const LimitsConfig& limits);

}  // namespace billet::chat
