// fcgi/crypto_ports.cpp — From verified tokens to claims.
#include "fcgi/crypto_ports.h"

namespace billet::fcgi {

Result<chat::AccessClaims> TokensPort::verify_access(std::string_view token) {
    auto verified = tokens_.verify_access(token);
    if (!verified) return std::move(verified).error();
    return chat::AccessClaims{.user = verified->user,
                              .session_id = std::move(verified->session_id),
                              .expires_at = verified->expires_at,
                              .issuer = std::move(verified->issuer),
                              .external_id = std::move(verified->external_id),
                              .username = std::move(verified->username),
                              .display_name = std::move(verified->display_name),
                              .role = verified->admin ? chat::Role::kAdmin : chat::Role::kUser};
}

Result<chat::RefreshClaims> TokensPort::verify_refresh(std::string_view token) {
    auto verified = tokens_.verify_refresh(token);
    if (!verified) return std::move(verified).error();
    return chat::RefreshClaims{.session_id = std::move(verified->session_id), .generation = verified->generation};
}

}  // namespace billet::fcgi
