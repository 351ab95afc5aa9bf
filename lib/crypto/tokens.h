// lib/crypto/tokens.h — Access tokens (JWT), our own and those of hosts, and refresh tokens.
//
// Own access token: HS256, kid = key id; claims sub (user id), sid (session id), iss, aud, iat,
// exp.
// Refresh token: session id '.' generation '.' base64url(MAC), MAC = BLAKE2b-256 keyed with a
// sub-key of token.keys over the text before it:
// whoever steals the database still cannot make one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/config/keys.h"
#include "lib/base/config/tokens.h"
#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/chat/ports.h"
#include "lib/crypto/jwt.h"
#include "lib/crypto/key_ring.h"

namespace billet::crypto {

// Thread-safe. A host's token has as its session a hash of its signed part, and when it was issued
// (session_id.h).
class Tokens : public chat::Tokens {
public:
    // kInvalidArgument when a key file is wrong.
    static Result<std::unique_ptr<Tokens>> create(const KeysConfig& keys, const TokensConfig& own,
                                                  const std::vector<HostTokensConfig>& hosts);

    std::string issue_access(UserId user, std::string_view session_id, Time expires_at) override;
    // Verified tokens are remembered for [tokens] cache_s.
    Result<chat::AccessClaims> verify_access(std::string_view token) override;
    std::string issue_refresh(std::string_view session_id, std::uint64_t generation) override;
    Result<chat::RefreshClaims> verify_refresh(std::string_view token) override;
    // Reads token.keys and the hosts' keys again; keeps the old ones when something is wrong.
    Result<void> reload();

private:
    struct Host {
        HostTokensConfig config;
        JwkSet keys;
    };
    struct Remembered {
        chat::AccessClaims token;
        std::chrono::steady_clock::time_point until;
    };

    Tokens(const std::string& key_file, const TokensConfig& own, std::shared_ptr<const KeyRing> ring,
           const std::vector<HostTokensConfig>& host_configs, std::vector<Host> hosts);

    TokensConfig config_;
    std::vector<HostTokensConfig> host_configs_;
    KeyRingHolder ring_;
    mutable std::mutex mutex_;
    std::shared_ptr<const std::vector<Host>> hosts_;
    std::unordered_map<std::string, Remembered> cache_;  // by a hash of the token
    std::atomic<std::uint64_t> reloads_{0};

    static Result<std::vector<Host>> read_hosts(const std::vector<HostTokensConfig>& configs);
    Result<chat::AccessClaims> verify(std::string_view token) const;
    Result<chat::AccessClaims> verify_own(std::string_view token, const JwtHint& hint) const;
    Result<chat::AccessClaims> verify_host(std::string_view token, const JwtHint& hint, const Host& host) const;
    Error unknown_issuer(const std::string& issuer, const std::vector<Host>& hosts) const;
    Result<void> check_claims(const JwtClaims& claims, const std::string& issuer, const std::string& audience) const;
    std::chrono::seconds expiry_leeway(std::string_view host_issuer) const;
    std::optional<chat::AccessClaims> recall(const std::string& key);
    void remember(const std::string& key, const chat::AccessClaims& token, std::uint64_t reloads);
};

}  // namespace billet::crypto
