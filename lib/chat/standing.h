// lib/chat/standing.h — Whether a token that is genuine is still good: how its account and its
// session stand.
#pragma once

#include <optional>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace billet::chat {

struct Identity;

struct Standing {
    bool has_account = false;
    bool disabled = false;
    bool has_session = false;  // a row of it; a host's session has none until it is revoked
    bool revoked = false;      // the session
    // Tokens of a host that were issued up to then are refused.
    std::optional<Time> sessions_ended_at = {};
};

Standing standing_of(const Identity& identity);

// Errors: kUnauthenticated (reason "invalid": no such account or session; "revoked"),
// kAccountDisabled.
Result<void> judge(const Standing& standing, std::string_view session_id);

}  // namespace billet::chat
