// lib/crypto/jwt.h — JSON Web Signatures: the only door to cpp-jwt. One key has one algorithm, whatever a token's header says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace billet::crypto {

enum class JwtAlgorithm { kHs256, kRs256, kEs256 };

std::optional<JwtAlgorithm> jwt_algorithm(std::string_view name);

// HS256: the secret's bytes; RS256 and ES256: a public key in PEM.
struct JwtKey {
    std::string id;  // of the header's kid; may be empty
    JwtAlgorithm algorithm = JwtAlgorithm::kHs256;
    std::string material;
};

// The claims that somebody may need, with their types checked. Times are seconds since 1970.
struct JwtClaims {
    std::map<std::string, std::string> texts;  // every claim that is a string: iss, sub, sid, names, …
    std::vector<std::string> audience;
    std::optional<std::int64_t> expires_at;
    std::optional<std::int64_t> not_before;
    std::optional<std::int64_t> issued_at;

    std::string text(const std::string& name) const;
};

// Header and payload: all that a signature covers. The signature itself does not name a token, as one can have several that are valid (ECDSA).
std::string_view signed_part(std::string_view token);

// What a token says of itself before anything is verified: good for choosing a key, for nothing else.
struct JwtHint {
    std::string key_id;
    std::string issuer;
};
// kUnauthenticated when it is no token at all or larger than 8 KiB.
Result<JwtHint> peek_jwt(std::string_view token);

// The claims of a token that `key` signed. Times, issuer and audience are the caller's to check.
// kUnauthenticated for everything else.
Result<JwtClaims> verify_jwt(std::string_view token, const JwtKey& key);

// HS256 with string claims and times.
std::string sign_jwt(const JwtClaims& claims, const JwtKey& key);

// The keys of a JWK set (RFC 7517) that are of `algorithm`. kInvalidArgument with detail when there is none or the file is wrong.
Result<std::vector<JwtKey>> read_jwks(const std::string& path, JwtAlgorithm algorithm);
// The one key in a file: HS256 its bytes, else a PEM public key. kInvalidArgument as above.
Result<std::vector<JwtKey>> read_key_file(const std::string& path, JwtAlgorithm algorithm);

}  // namespace billet::crypto
