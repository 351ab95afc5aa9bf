// lib/base/session_id.h — The session ids of hosts' tokens, which tell when their token was issued.
//
//     own session   = 32 hex digits, random
//     host session  = "h" 32 hex digits of a hash "-" seconds since 1970
//
// A host's session has no row until it is revoked, and nobody asks its token again as long as a
// socket lives: so the id itself says whether it began before all sessions of the account were
// ended. Rows are named by what stands before the "-".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/clock.h"

namespace billet {

// `hash` as 32 hex digits. What was issued before 1970 or after 2286 counts as issued then.
std::string host_session_id(std::string_view hash, Time issued_at);

// When the token of a host's session was issued, to the second; nothing for other ids.
std::optional<Time> host_session_issued_at(std::string_view session_id);

// Whether it is a host's session whose token was issued up to that moment. In the moment's own
// second: yes.
bool is_host_session_up_to(std::string_view session_id, const std::optional<Time>& moment);

// The id of the session's row.
std::string_view session_row_id(std::string_view session_id);

}  // namespace billet
