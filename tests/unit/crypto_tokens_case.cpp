// tests/unit/crypto_tokens_case.cpp — The forger's tools.
#include "tests/unit/crypto_tokens_case.h"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "lib/crypto/base64url.h"
#include "lib/base/log.h"
#include "tests/unit/crypto_vectors.h"

namespace billet::tests {

std::string join_token(const std::string& header, const std::string& payload, const std::string& signature_text) {
    return crypto::base64url(header) + "." + crypto::base64url(payload) + "." + signature_text;
}

std::string hs256_token(const std::string& header, const std::string& payload, const std::string& secret) {
    const std::string text = crypto::base64url(header) + "." + crypto::base64url(payload);
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return text + "." + crypto::base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
}

TokensWorld::TokensWorld() {
    start_log("error", "unit");
    config.keys.token_file = folder.write("token.keys", "1 accepted " + hex_key('1') + "\n2 current " + hex_key('2'));
    const auto add = [this](const char* issuer, const char* algorithm) -> HostTokensConfig& {
        HostTokensConfig host;
        host.issuer = issuer;
        host.audience = "billet";
        host.algorithm = algorithm;
        config.host_tokens.push_back(host);
        return config.host_tokens.back();
    };
    add("https://hs.example", "HS256").key_file = folder.write("host.secret", host_secret);
    add("https://rsa.example", "RS256").key_file = folder.write("rsa.pem", kRsaPublic, 0644);
    add("https://ec.example", "ES256").jwks_file = folder.write("jwks.json", kJwks, 0644);
    restart();
}

void TokensWorld::restart() {
    auto made = crypto::Tokens::create(config.keys, config.tokens, config.host_tokens);
    if (!made) std::abort();
    tokens = std::move(made).value();
}

std::string TokensWorld::verdict(const std::string& token) {
    auto verified = tokens->verify_access(token);
    if (verified) return "ok";
    return std::string(code_name(verified.error().code)) + " " + verified.error().reason;
}

std::string TokensWorld::host_token_with(const std::string& payload) const {
    return hs256_token(R"({"alg":"HS256","typ":"JWT"})", payload, host_secret);
}

std::string TokensWorld::host_token(const std::string& more) const {
    return host_token_with(R"({"iss":"https://hs.example","aud":"billet","sub":"ext-1","exp":)" +
                           std::to_string(unix_now() + 60) + more + "}");
}

}  // namespace billet::tests
