// tests/unit/crypto_tokens_case.h — Tokens made by hand, as an attacker or a careless host would
// make them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/base/config.h"
#include "lib/crypto/tokens.h"
#include "tests/unit/scratch_folder.h"

namespace billet::tests {

// base64url(header).base64url(payload).base64url(HMAC-SHA256 with `secret`).
std::string hs256_token(const std::string& header, const std::string& payload, const std::string& secret);
std::string join_token(const std::string& header, const std::string& payload, const std::string& signature_text);
std::int64_t unix_now();

// Our own keys 1 (accepted) and 2 (current), and three hosts: https://hs.example (HS256),
// https://rsa.example and https://ec.example.
class TokensWorld {
public:
    ScratchFolder folder;
    const std::string host_secret = "a host's secret of thirty-two by";
    Config config;
    std::unique_ptr<crypto::Tokens> tokens;

    TokensWorld();
    void restart();
    // The code's name and the reason, e.g. "unauthenticated invalid"; "ok" when it is accepted.
    std::string verdict(const std::string& token);
    // A token of https://hs.example whose payload starts with iss, aud, sub and exp.
    std::string host_token(const std::string& more = "") const;
    std::string host_token_with(const std::string& payload) const;
};

}  // namespace billet::tests
