// lib/crypto/jwt.h — JSON Web Signatures: the only door to cpp-jwt. One key has one algorithm,
// whatever a token's header says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
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
    // Bytes that a host may have taken for the secret in its place, with what it did. No token is
    // accepted for them; the log says why it was not.
    struct NearMiss {
        std::string material;
        std::string mistake;
    };
    std::vector<NearMiss> near_misses;
};

// The claims that somebody may need, with their types checked. Times are seconds since 1970.
struct JwtClaims {
    // Every claim that is a string: iss, sub, sid, names, …
    std::map<std::string, std::string> texts;
    std::set<std::string> others;  // the names of those that are not
    std::vector<std::string> audience;
    std::optional<std::int64_t> expires_at;
    std::optional<std::int64_t> not_before;
    std::optional<std::int64_t> issued_at;

    std::string text(const std::string& name) const;
    // Why text(name) is empty: "no sub", "sub is not a string", "sub is empty".
    std::string lack_of(const std::string& name) const;
};

// Header and payload: all that a signature covers. The signature itself does not name a token, as
// one can have several that are valid (ECDSA).
std::string_view signed_part(std::string_view token);

// What a token says of itself before anything is verified: good for choosing a key, for nothing
// else.
struct JwtHint {
    std::string key_id;
    std::string issuer;
};
// kUnauthenticated when it is no token at all, larger than 8 KiB or without an issuer. All details
// of this file are for the operator's log.
Result<JwtHint> peek_jwt(std::string_view token);

// The claims of a token that `key` signed. Times, issuer and audience are the caller's to check.
// kUnauthenticated for everything else.
Result<JwtClaims> verify_jwt(std::string_view token, const JwtKey& key);

// HS256 with string claims and times.
std::string sign_jwt(const JwtClaims& claims, const JwtKey& key);

// A key of a set that is not used.
struct IgnoredKey {
    std::string id;
    std::string why;
    bool expected =
        // Made for something else, as published sets have them; false: it looks meant for us and is
        // broken.
        true;
};

struct JwkSet {
    std::vector<JwtKey> keys;
    std::vector<IgnoredKey> ignored;
};

// The keys of a JWK set (RFC 7517) that are of `algorithm`. What the set holds beside them, key
// types that nobody knows among it, is ignored.
// kInvalidArgument with detail when there is none, the file is wrong, or two different keys of it
// have one kid.
Result<JwkSet> read_jwks(const std::string& path, JwtAlgorithm algorithm);
// The one key in a file: HS256 its bytes without a final line break, else a PEM public key.
// kInvalidArgument as above.
Result<JwkSet> read_key_file(const std::string& path, JwtAlgorithm algorithm);

const char* algorithm_name(JwtAlgorithm algorithm);

// A value from a token or a key set, for a detail: in quotes, at most 80 bytes.
std::string in_quotes(std::string_view value);

}  // namespace billet::crypto
