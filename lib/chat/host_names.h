// lib/chat/host_names.h — The names under which a host's user becomes known here. Chosen once, at
// first sight.
#pragma once

#include <string>

#include "lib/chat/ports.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::chat {

// The host's wish (the subject, when it has none) made to fit check_username: lower case, accents
// dropped, a run of anything else one dash, none at the ends, cut to username_max. `user-` and the
// subject when fewer than three letters and digits are left. A wish that fits is taken as it
// stands. Other scripts are not spelt in Latin letters: what a library makes of them is often
// wrong, and a name is for ever.
std::string host_username(const AccessClaims& claims, const LimitsConfig& limits);

// `username`, shortened if it must be, with a dash and six random hex digits.
std::string with_random_suffix(const std::string& username, const LimitsConfig& limits);

// The host's name for its user made to fit (display_name.h), or the user name when nothing of it
// does.
std::string host_display_name(const AccessClaims& claims, const std::string& username, const LimitsConfig& limits);

}  // namespace billet::chat
