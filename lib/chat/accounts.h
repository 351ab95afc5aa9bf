// lib/chat/accounts.h — Own accounts, their sessions, and who a token belongs to.
#pragma once

#include <optional>
#include <string>

#include "lib/chat/admission.h"

namespace billet::chat {

struct Login {
    User user;
    std::string access_token;
    std::chrono::seconds expires_in{0};
    std::string refresh_token;
};

struct Register {
    std::string username;
    std::string password;
    std::optional<std::string> display_name;
};

// `address` is the client's, for the limits. Validation comes before limits, limits before any
// hash.
// Errors: kInvalidArgument, kConflict (the name is taken), kRateLimited, kUnavailable.
Result<Login> register_account(Ports& ports, const Register& request, std::string_view address);
// Hashes once; twice where the stored hash is outdated and is replaced.
// Errors: kUnauthenticated (unknown name and wrong password alike, in the same time),
// kAccountDisabled (right password only), kRateLimited, kUnavailable.
Result<Login> log_in(Ports& ports, std::string_view username, std::string_view password, std::string_view address);
// The old refresh token is spent; using a spent one revokes the session. Errors: kUnauthenticated,
// kAccountDisabled, kUnavailable.
Result<Login> refresh_login(Ports& ports, std::string_view refresh_token);
// Revokes the caller's session and tells its sockets.
Result<void> log_out(Ports& ports, const Caller& caller);
// Revokes any session by id (operator). kNotFound.
Result<void> revoke_session(Ports& ports, std::string_view session_id);

// Starts a session without a password, for the operator's tool. No refresh token.
Result<Login> issue_token(Ports& ports, std::string_view username, std::chrono::seconds ttl);

// The user behind a bearer token, not let in yet; makes the mirrored user of a host's token on
// first sight.
// Errors: kUnauthenticated (reason "invalid"), kTokenExpired (reason "expired"), kUnavailable.
Result<Admission> authenticate(Ports& ports, std::string_view token);

// The caller's own profile. kInvalidArgument: see accepted_display_name in validate.h.
Result<User> set_display_name(Ports& ports, const Caller& caller, std::string_view display_name);
// Exact name: at most one; prefix: at most 20 by name. kInvalidArgument when neither is given. A
// disabled account is found like any other.
Result<std::vector<User>> find_users(Ports& ports, const std::optional<std::string>& username,
                                     const std::optional<std::string>& prefix);
Result<User> get_user(Ports& ports, UserId id);

}  // namespace billet::chat
