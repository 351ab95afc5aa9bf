// lib/chat/standing.cpp — The order in which a token is refused.
#include "lib/chat/standing.h"

#include "lib/base/session_id.h"
#include "lib/chat/store.h"

namespace billet::chat {
namespace {

Error refused(std::string_view why) {
    Error error = make_error(Code::kUnauthenticated, "token refused: " + std::string(why));
    error.reason = why;
    return error;
}

bool is_ended(const Standing& standing, std::string_view session_id) {
    return standing.revoked || is_host_session_up_to(session_id, standing.sessions_ended_at);
}

bool is_hosts(std::string_view session_id) {
    return host_session_issued_at(session_id).has_value();
}

}  // namespace

Standing standing_of(const Identity& identity) {
    return {.has_account = true,
            .disabled = identity.user.disabled,
            .has_session = identity.session.has_value(),
            .revoked = identity.session && identity.session->revoked,
            .sessions_ended_at = identity.sessions_ended_at};
}

bool is_ended(const Identity& identity, std::string_view session_id) {
    return is_ended(standing_of(identity), session_id);
}

Result<void> judge(const Standing& standing, std::string_view session_id) {
    if (!standing.has_account) return refused(reason::kInvalid);
    if (!standing.has_session && !is_hosts(session_id)) return refused(reason::kInvalid);
    if (standing.disabled) return make_error(Code::kAccountDisabled);
    if (is_ended(standing, session_id)) return refused(reason::kRevoked);
    return {};
}

}  // namespace billet::chat
