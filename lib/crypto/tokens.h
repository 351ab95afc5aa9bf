// lib/crypto/tokens.h — Access tokens (JWT), our own and those of hosts, and refresh tokens.
//
// Own access token: HS256, kid = key id; claims sub (user id), sid (session id), iss, aud, iat, exp.
// Refresh token: session id '.' generation '.' base64url(MAC), MAC = BLAKE2b-256 keyed with a sub-key of token.keys over the text before it:
// whoever steals the database still cannot make one.
#pragma once

#include <atomic>
#include <chrono>
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
#include "lib/crypto/jwt.h"
#include "lib/crypto/key_ring.h"

namespace billet::crypto {

struct VerifiedToken {
    UserId user;             // of our own tokens
    std::string session_id;  // of a host's token: a hash of its signed part, and when it was issued (session_id.h)
    Time expires_at;
    std::string issuer;  // empty for our own
    std::string external_id;
    std::string username;
    std::string display_name;
    bool admin = false;
};

struct RefreshToken {
    std::string session_id;
    std::uint64_t generation = 0;
};

// Thread-safe.
class Tokens {
public:
    // kInvalidArgument when a key file is wrong.
    static Result<std::unique_ptr<Tokens>> create(const KeysConfig& keys, const TokensConfig& own,
                                                  const std::vector<HostTokensConfig>& hosts);

    std::string issue_access(UserId user, std::string_view session_id, Time expires_at) const;
    // kUnauthenticated (reason "invalid"): garbage, forged, foreign. kTokenExpired (reason "expired"). Verified tokens are remembered for [tokens] cache_s.
    Result<VerifiedToken> verify_access(std::string_view token);
    std::string issue_refresh(std::string_view session_id, std::uint64_t generation) const;
    Result<RefreshToken> verify_refresh(std::string_view token) const;
    // Reads token.keys and the hosts' keys again; keeps the old ones when something is wrong.
    Result<void> reload();

private:
    struct Host {
        HostTokensConfig config;
        JwkSet keys;
    };
    struct Remembered {
        VerifiedToken token;
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
    Result<VerifiedToken> verify(std::string_view token) const;
    Result<VerifiedToken> verify_own(std::string_view token, const JwtHint& hint) const;
    Result<VerifiedToken> verify_host(std::string_view token, const JwtHint& hint, const Host& host) const;
    Error unknown_issuer(const std::string& issuer, const std::vector<Host>& hosts) const;
    Result<void> check_claims(const JwtClaims& claims, const std::string& issuer, const std::string& audience) const;
    std::chrono::seconds expiry_leeway(std::string_view host_issuer) const;
    std::optional<VerifiedToken> recall(const std::string& key);
    void remember(const std::string& key, const VerifiedToken& token, std::uint64_t reloads);
};

}  // namespace billet::crypto
