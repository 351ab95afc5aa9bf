// lib/chat/authenticate.cpp — From a bearer token to a caller who asks to be let in; host users are
// mirrored on first sight.
#include "lib/chat/accounts.h"
#include "lib/chat/admission.h"
#include "lib/chat/host_names.h"

namespace billet::chat {
namespace {

constexpr int kNameTries = 8;

NewUser mirrored_user(const AccessClaims& claims, const std::string& username, const LimitsConfig& limits) {
    return {.username = username,
            .display_name = host_display_name(claims, username, limits),
            .password_hash = {},
            .issuer = claims.issuer,
            .external_id = claims.external_id,
            .role = claims.role};
}

// A conflict is either the wished name, which gets a suffix, or a request beside this one that
// mirrored the same user.
Result<User> mirror(Ports& ports, const AccessClaims& claims) {
    const std::string wish = host_username(claims, ports.limits);
    std::string username = wish;
    for (int attempt = 0; attempt < kNameTries; ++attempt) {
        auto created = ports.users.create_user(mirrored_user(claims, username, ports.limits));
        if (created || created.error().code != Code::kConflict) return created;
        auto found = ports.users.user_by_external_id(claims.issuer, claims.external_id);
        if (found || found.error().code != Code::kNotFound) return found;
        username = with_random_suffix(wish, ports.limits);
    }
    return unavailable("no free username for a host's user");
}

Result<UserId> user_of(Ports& ports, const AccessClaims& claims) {
    if (claims.issuer.empty()) return claims.user;
    auto found = ports.users.user_by_external_id(claims.issuer, claims.external_id);
    if (!found && found.error().code == Code::kNotFound) found = mirror(ports, claims);
    if (!found) return std::move(found).error();
    return found->id;
}

}  // namespace

Result<Admission> authenticate(Ports& ports, std::string_view token) {
    auto claims = ports.tokens.verify_access(token);
    if (!claims) return std::move(claims).error();
    const auto user = user_of(ports, *claims);
    if (!user) return user.error();
    return Admission(
        {.user = *user, .session_id = std::move(claims->session_id), .token_expires_at = claims->expires_at});
}

}  // namespace billet::chat
