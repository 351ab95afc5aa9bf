// lib/chat/accounts.cpp — Registration, login, refresh, logout, and the operator's sessions.
#include "lib/chat/accounts.h"

#include <array>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/chat/password_rules.h"
#include "lib/chat/validate.h"

namespace billet::chat {
namespace {

Login login_of(Ports& ports, const User& user, const Session& session) {
    const std::chrono::seconds life = ports.limits.access_token_s;
    return {.user = user,
            .access_token = ports.tokens.issue_access(user.id, session.id, now() + life),
            .expires_in = life,
            .refresh_token = ports.tokens.issue_refresh(session.id, session.refresh_generation)};
}

Result<Login> start_session(Ports& ports, const User& user) {
    const Session session{.id = random_id(),
                          .user = user.id,
                          .refresh_generation = 1,
                          .expires_at = now() + ports.limits.refresh_token_s,
                          .revoked = false};
    if (auto created = ports.sessions.create_session(session); !created) return std::move(created).error();
    return login_of(ports, user, session);
}

// The display name to keep.
Result<std::string> check_registration(const Register& request, const LimitsConfig& limits) {
    if (auto valid = check_username(request.username, limits); !valid) return std::move(valid).error();
    const PasswordOwner owner{.username = request.username, .display_name = request.display_name};
    if (auto valid = check_new_password(request.password, owner, limits); !valid) return std::move(valid).error();
    if (!request.display_name) return request.username;
    return accepted_display_name(*request.display_name, limits);
}

// The account's own bucket comes last: attempts that the others refuse must not shut its owner out.
Result<void> take_login_tokens(Ports& ports, std::string_view username, std::string_view address) {
    const LimitsConfig& limits = ports.limits;
    const std::string both = std::string(address) + "|" + std::string(username);
    return take_tokens(ports.limiter, std::array{TokenRequest{logins_address_bucket(limits), std::string(address)},
                                                 TokenRequest{logins_bucket(limits), both},
                                                 TokenRequest{logins_account_bucket(limits), std::string(username)}});
}

// Makes the stored hash one of today's parameters while the password is at hand. The login has
// succeeded: what fails here is left to the next one.
void renew_hash(Ports& ports, const Credentials& credentials, std::string_view password) {
    if (!ports.passwords.is_outdated(credentials.password_hash)) return;
    const auto hash = ports.passwords.hash(password);
    if (!hash) return;
    static_cast<void>(ports.users.replace_password_hash(credentials.user.id, credentials.password_hash, *hash));
}

Error wrong_credentials() {
    return make_error(Code::kUnauthenticated, "unknown name or wrong password");
}

Error dead_session() {
    Error error = make_error(Code::kUnauthenticated, "session revoked or ended");
    error.reason = reason::kRevoked;
    return error;
}

Result<void> end_session(Ports& ports, const Session& session) {
    if (auto revoked = ports.sessions.revoke_session(session.id, session.user, session.expires_at); !revoked)
        return revoked;
    ports.notifier.session_revoked(session.user, session.id);
    return {};
}

// A refresh token that was spent before: either it or its successor is in foreign hands, so the
// session ends.
Result<Login> punish_reuse(Ports& ports, const Session& session) {
    if (auto ended = end_session(ports, session); !ended) return std::move(ended).error();
    return dead_session();
}

}  // namespace

Result<Login> register_account(Ports& ports, const Register& request, std::string_view address) {
    auto display_name = check_registration(request, ports.limits);
    if (!display_name) return std::move(display_name).error();
    if (auto token = take_token(ports.limiter, registrations_bucket(ports.limits), std::string(address)); !token)
        return std::move(token).error();
    auto hash = ports.passwords.hash(request.password);
    if (!hash) return std::move(hash).error();
    auto user = ports.users.create_user({.username = request.username,
                                         .display_name = *display_name,
                                         .password_hash = *hash,
                                         .issuer = {},
                                         .external_id = {},
                                         .role = Role::kUser});
    if (!user) return std::move(user).error();
    return start_session(ports, *user);
}

Result<Login> log_in(Ports& ports, std::string_view username, std::string_view password, std::string_view address) {
    // Names and passwords that cannot exist are not worth a look-up or a bucket of their own.
    if (!check_username(username, ports.limits).ok()) username = "";
    if (password.size() > ports.limits.password_max) password = "";
    if (auto tokens = take_login_tokens(ports, username, address); !tokens) return std::move(tokens).error();
    auto credentials = ports.users.credentials(username);
    if (!credentials && credentials.error().code != Code::kNotFound) return std::move(credentials).error();
    auto matches = ports.passwords.verify(password, credentials ? credentials->password_hash : std::string{});
    if (!matches) return std::move(matches).error();
    if (!credentials || !*matches) return wrong_credentials();
    if (credentials->user.disabled) return make_error(Code::kAccountDisabled);
    auto login = start_session(ports, credentials->user);
    if (login) renew_hash(ports, *credentials, password);
    return login;
}

Result<Login> refresh_login(Ports& ports, std::string_view refresh_token) {
    auto claims = ports.tokens.verify_refresh(refresh_token);
    if (!claims) return std::move(claims).error();
    auto session = ports.sessions.session(claims->session_id);
    if (!session) return session.error().code == Code::kNotFound ? dead_session() : std::move(session).error();
    auto user = ports.users.user(session->user);
    if (!user) return std::move(user).error();
    if (user->disabled) return make_error(Code::kAccountDisabled);
    if (session->revoked || session->expires_at <= now()) return dead_session();
    if (claims->generation != session->refresh_generation) return punish_reuse(ports, *session);
    const Time expires_at = now() + ports.limits.refresh_token_s;
    auto rotated = ports.sessions.rotate_session(session->id, claims->generation, expires_at);
    if (!rotated) return std::move(rotated).error();
    if (!*rotated) return punish_reuse(ports, *session);
    session->refresh_generation = claims->generation + 1;
    return login_of(ports, *user, *session);
}

Result<void> log_out(Ports& ports, const Caller& caller) {
    return end_session(ports, {.id = caller.session_id,
                               .user = caller.user,
                               .refresh_generation = 0,
                               .expires_at = caller.token_expires_at,
                               .revoked = false});
}

Result<void> revoke_session(Ports& ports, std::string_view session_id) {
    auto session = ports.sessions.session(session_id);
    if (!session) return std::move(session).error();
    return end_session(ports, *session);
}

Result<Login> issue_token(Ports& ports, std::string_view username, std::chrono::seconds ttl) {
    auto user = ports.users.user_by_name(username);
    if (!user) return std::move(user).error();
    if (user->disabled) return make_error(Code::kAccountDisabled);
    const Session session{
        .id = random_id(), .user = user->id, .refresh_generation = 1, .expires_at = now() + ttl, .revoked = false};
    if (auto created = ports.sessions.create_session(session); !created) return std::move(created).error();
    return Login{.user = *user,
                 .access_token = ports.tokens.issue_access(user->id, session.id, session.expires_at),
                 .expires_in = ttl,
                 .refresh_token = {}};
}

}  // namespace billet::chat
