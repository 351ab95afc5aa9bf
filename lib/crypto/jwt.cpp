// lib/crypto/jwt.cpp — cpp-jwt for signatures only.
// Its decode() is not for us: a malformed signature can end the process, the algorithm is the
// token's choice, MACs are compared byte by byte, times are looked at before the signature, and a
// leeway is reckoned without regard to the range of the type.
#include "lib/crypto/jwt.h"

#include <jwt/jwt.hpp>

#include <sodium.h>

#include <cstdint>
#include <set>

#include "lib/base/text.h"
#include "lib/crypto/base64url.h"

namespace billet::crypto {
namespace {

using nlohmann::json;

constexpr std::size_t kTokenBytesMax = 8192;

Error refused(const std::string& why) {
    Error error = make_error(Code::kUnauthenticated, "token refused: " + why);
    error.reason = reason::kInvalid;
    return error;
}

std::string text_member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// An object in base64url without a doubled member; a discarded value when it is none.
json parse_part(std::string_view part) {
    const auto bytes = from_base64url(part);
    if (!bytes) return json(json::value_t::discarded);
    std::set<std::string> names;
    bool is_doubled = false;
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::key && depth == 1)
            is_doubled |= !names.insert(parsed.get<std::string>()).second;
        return true;
    };
    json parsed = json::parse(*bytes, watch, false);
    return parsed.is_object() && !is_doubled ? parsed : json(json::value_t::discarded);
}

struct Parts {
    json header;
    json payload;
    std::string_view signed_text;     // header and payload as they stand in the token
    std::string_view signature_text;  // base64url
    std::string signature;
};

Result<Parts> parse_parts(std::string_view token) {
    if (token.size() > kTokenBytesMax) return refused("it has more than 8192 bytes");
    const std::vector<std::string_view> texts = split(token, '.');
    if (texts.size() != 3) return refused("it has not three parts");
    auto signature = from_base64url(texts[2]);
    if (!signature) return refused("its signature is no base64url");
    Parts parts{.header = parse_part(texts[0]),
                .payload = parse_part(texts[1]),
                .signed_text = signed_part(token),
                .signature_text = texts[2],
                .signature = std::move(*signature)};
    if (parts.header.is_discarded()) return refused("its header is no JSON object without doubled members");
    if (parts.payload.is_discarded()) return refused("its payload is no JSON object without doubled members");
    return parts;
}

// A NumericDate (RFC 7519): a number, not text. Gives what is wrong with it; nothing when it is
// sound or not there.
std::string read_time(const json& payload, const char* name, std::optional<std::int64_t>& out) {
    constexpr double kMost = 253402300799.0;  // the year 9999
    const auto found = payload.find(name);
    if (found == payload.end()) return {};
    if (!found->is_number()) return std::string(name) + " is not a number";
    const double value = found->get<double>();
    if (!(value >= 0 && value <= kMost)) return std::string(name) + " is not between 1970 and 9999";
    out = static_cast<std::int64_t>(value);
    return {};
}

std::string read_audience(const json& payload, std::vector<std::string>& out) {
    constexpr const char* kWrong = "aud is neither a string nor a list of strings";
    const auto found = payload.find("aud");
    if (found == payload.end()) return {};
    if (found->is_string()) {
        out.push_back(found->get<std::string>());
        return {};
    }
    if (!found->is_array()) return kWrong;
    for (const json& entry : *found) {
        if (!entry.is_string()) return kWrong;
        out.push_back(entry.get<std::string>());
    }
    return {};
}

Result<JwtClaims> claims_of(const json& payload) {
    JwtClaims claims;
    for (const auto& [name, value] : payload.items()) {
        if (value.is_string()) {
            claims.texts.emplace(name, value.get<std::string>());
        } else {
            claims.others.insert(name);
        }
    }
    std::string wrong = read_audience(payload, claims.audience);
    if (wrong.empty()) wrong = read_time(payload, "exp", claims.expires_at);
    if (wrong.empty()) wrong = read_time(payload, "nbf", claims.not_before);
    if (wrong.empty()) wrong = read_time(payload, "iat", claims.issued_at);
    if (!wrong.empty()) return refused(wrong);
    return claims;
}

jwt::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

bool mac_holds(const Parts& parts, const std::string& secret) {
    const auto [expected, error] = jwt::HMACSign<jwt::algo::HS256>::sign(view(secret), view(parts.signed_text));
    if (error || expected.size() != parts.signature.size()) return false;
    return sodium_memcmp(expected.data(), parts.signature.data(), expected.size()) == 0;
}

template <typename Algorithm>
bool pem_signature_holds(const Parts& parts, const JwtKey& key) {
    const auto [holds, error] =
        jwt::PEMSign<Algorithm>::verify(view(key.material), view(parts.signed_text), view(parts.signature_text));
    return holds && !error;
}

// Throws what cpp-jwt throws: out of memory.
bool signature_holds(const Parts& parts, const JwtKey& key) {
    switch (key.algorithm) {
        case JwtAlgorithm::kHs256: return mac_holds(parts, key.material);
        case JwtAlgorithm::kRs256: return pem_signature_holds<jwt::algo::RS256>(parts, key);
        case JwtAlgorithm::kEs256: return pem_signature_holds<jwt::algo::ES256>(parts, key);
    }
    return false;
}

// One more MAC for each near miss, of which a key has at most five.
std::string signature_fault(const Parts& parts, const JwtKey& key) {
    for (const JwtKey::NearMiss& miss : key.near_misses) {
        if (mac_holds(parts, miss.material)) return "signature: " + miss.mistake;
    }
    return "signature";
}

std::string algorithm_fault(const json& header, JwtAlgorithm algorithm) {
    const std::string named = text_member(header, "alg");
    if (named == algorithm_name(algorithm)) return {};
    return "alg is " + (named.empty() ? "missing" : in_quotes(named)) + ", this issuer's is " +
           algorithm_name(algorithm);
}

}  // namespace

const char* algorithm_name(JwtAlgorithm algorithm) {
    switch (algorithm) {
        case JwtAlgorithm::kHs256: return "HS256";
        case JwtAlgorithm::kRs256: return "RS256";
        case JwtAlgorithm::kEs256: return "ES256";
    }
    return "HS256";
}

std::string in_quotes(std::string_view value) {
    constexpr std::size_t kMost = 80;
    return "'" + std::string(value.substr(0, kMost)) + (value.size() > kMost ? "…'" : "'");
}

std::optional<JwtAlgorithm> jwt_algorithm(std::string_view name) {
    if (name == "HS256") return JwtAlgorithm::kHs256;
    if (name == "RS256") return JwtAlgorithm::kRs256;
    if (name == "ES256") return JwtAlgorithm::kEs256;
    return std::nullopt;
}

std::string JwtClaims::text(const std::string& name) const {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string{} : found->second;
}

std::string JwtClaims::lack_of(const std::string& name) const {
    if (others.contains(name)) return name + " is not a string";
    return texts.contains(name) ? name + " is empty" : "no " + name;
}

std::string_view signed_part(std::string_view token) {
    return token.substr(0, token.rfind('.'));
}

Result<JwtHint> peek_jwt(std::string_view token) {
    const auto parts = parse_parts(token);
    if (!parts) return parts.error();
    const auto issuer = parts->payload.find("iss");
    if (issuer == parts->payload.end()) return refused("no iss");
    if (!issuer->is_string()) return refused("iss is not a string");
    return JwtHint{text_member(parts->header, "kid"), issuer->get<std::string>()};
}

Result<JwtClaims> verify_jwt(std::string_view token, const JwtKey& key) {
    const auto parts = parse_parts(token);
    if (!parts) return parts.error();
    if (const std::string fault = algorithm_fault(parts->header, key.algorithm); !fault.empty()) return refused(fault);
    if (parts->header.contains("crit")) return refused("its header has crit: extensions that must be understood");
    try {
        if (!signature_holds(*parts, key)) return refused(signature_fault(*parts, key));
    } catch (const std::exception& error) {
        return refused(error.what());
    }
    return claims_of(parts->payload);
}

std::string sign_jwt(const JwtClaims& claims, const JwtKey& key) {
    jwt::jwt_object token{jwt::params::algorithm(jwt::algorithm::HS256), jwt::params::secret(key.material)};
    token.header().add_header("kid", key.id);
    for (const auto& [name, value] : claims.texts) token.add_claim(name, value);
    if (!claims.audience.empty()) token.add_claim("aud", claims.audience.front());
    if (claims.issued_at) token.add_claim("iat", static_cast<std::uint64_t>(*claims.issued_at));
    if (claims.expires_at) token.add_claim("exp", static_cast<std::uint64_t>(*claims.expires_at));
    return token.signature();
}

}  // namespace billet::crypto
