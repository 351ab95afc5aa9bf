// lib/chat/validate.h — What a name, a password, a message and its id must look like. All errors are kInvalidArgument with the field's name.
#pragma once

#include <string_view>

#include "lib/base/config.h"
#include "lib/base/result.h"

namespace billet::chat {

// UTF-8, 1..content_code_points code points and at most content_bytes bytes, not only white space, no NUL.
Result<void> check_content(std::string_view content, const LimitsConfig& limits);
// 1..64 bytes of 0x21..0x7E.
Result<void> check_client_msg_id(std::string_view id);
// username_min..username_max of [a-z0-9_.-].
Result<void> check_username(std::string_view username, const LimitsConfig& limits);
bool is_username_character(char c);
// password_min..password_max bytes.
Result<void> check_password(std::string_view password, const LimitsConfig& limits);
// 1..display_name_max code points, no control characters, not only white space.
Result<void> check_display_name(std::string_view name, const LimitsConfig& limits);

}  // namespace billet::chat
