// lib/base/config/tokens.h — [tokens] and [[host_tokens]]: whose access tokens are taken.
#pragma once

#include <chrono>
#include <string>

namespace billet {

// Billet's own access tokens (HS256, keys of [keys] token_file).
struct TokensConfig {
    std::string issuer = "billet";
    std::string audience = "billet";
    std::chrono::seconds leeway_s{5};  // for the clocks of hosts; our own tokens end when they say
    // A verified token is not verified again for that long; 60 at most.
    std::chrono::seconds cache_s{60};
};

// Tokens of a host application; one entry trusts one issuer.
struct HostTokensConfig {
    std::string issuer;
    std::string audience;
    std::string algorithm;  // HS256, RS256 or ES256: the only one accepted for this issuer
    std::string key_file;   // HS256: the secret's bytes; RS256/ES256: a PEM public key
    std::string jwks_file;  // instead of key_file
    std::string username_claim = "preferred_username";
    std::string display_name_claim = "name";
    std::string role_claim = "role";
    std::chrono::seconds life_s{3600};  // at most; tells when a token without iat was issued
};

}  // namespace billet
