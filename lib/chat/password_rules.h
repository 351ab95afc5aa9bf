// lib/chat/password_rules.h — Which passwords may be chosen. Only for new ones: an account's
// password, once set, goes on working.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::chat {

struct PasswordOwner {
    std::string_view username;
    std::optional<std::string> display_name;
};

// password_min..password_max bytes, and none of those that are guessed first: one character
// repeated, the owner's user or display name (also with up to four digits or signs behind it), and
// the list of common_passwords.inc. Case, width and ignorable characters do not count.
// kInvalidArgument, field `password`, code `length` or `too_common`.
Result<void> check_new_password(std::string_view password, const PasswordOwner& owner, const LimitsConfig& limits);

}  // namespace billet::chat
