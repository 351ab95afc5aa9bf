// lib/crypto/tokens.cpp — Which key a token needs, what its claims must say, and refresh tokens.
#include "lib/crypto/tokens.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "lib/base/log.h"
#include "lib/base/session_id.h"
#include "lib/base/text.h"
#include "lib/crypto/base64url.h"

namespace billet::crypto {
namespace {

constexpr std::size_t kCacheMax = 20000;
constexpr std::size_t kExternalIdBytesMax = 255;
constexpr std::size_t kHashBytes = 16;
constexpr std::size_t kMacBytes = 32;
constexpr std::uint64_t kJwtSubkey = 1;
constexpr std::uint64_t kRefreshSubkey = 2;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "blttoken";

Error invalid(const std::string& why) {
    Error error = make_error(Code::kUnauthenticated, "token refused: " + why);
    error.reason = reason::kInvalid;
    return error;
}

Error expired(std::int64_t seconds_ago) {
    Error error = make_error(Code::kTokenExpired, "exp was " + std::to_string(seconds_ago) + " s ago");
    error.reason = reason::kExpired;
    return error;
}

std::string hash_of(std::string_view token) {
    std::array<unsigned char, kHashBytes> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                       nullptr, 0);
    return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

// One purpose, one key.
Key subkey(const Key& master, std::uint64_t number) {
    Key key{};
    crypto_kdf_derive_from_key(key.data(), key.size(), number, kContext, master.data());
    return key;
}

// Wiped when it goes.
class OwnJwtKey {
public:
    OwnJwtKey(std::uint16_t id, const Key& master)
        : key_{.id = std::to_string(id), .algorithm = JwtAlgorithm::kHs256, .material = {}, .near_misses = {}} {
        Key derived = subkey(master, kJwtSubkey);
        key_.material.assign(reinterpret_cast<const char*>(derived.data()), derived.size());
        sodium_memzero(derived.data(), derived.size());
    }
    ~OwnJwtKey() { sodium_memzero(key_.material.data(), key_.material.size()); }
    OwnJwtKey(const OwnJwtKey&) = delete;
    OwnJwtKey& operator=(const OwnJwtKey&) = delete;
    const JwtKey& get() const { return key_; }

private:
    JwtKey key_;
};

std::string mac_of(const Key& master, std::string_view text) {
    Key key = subkey(master, kRefreshSubkey);
    std::array<unsigned char, kMacBytes> mac{};
    crypto_generichash(mac.data(), mac.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       key.data(), key.size());
    sodium_memzero(key.data(), key.size());
    return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
}

Time time_of(std::int64_t seconds_since_1970) {
    return Time{std::chrono::seconds{seconds_since_1970}};
}

// A token that does not say it is taken for as old as it can be.
Time issued_at(const JwtClaims& claims, const HostTokensConfig& host) {
    return time_of(claims.issued_at.value_or(*claims.expires_at - host.life_s.count()));
}

Result<JwkSet> read_host_keys(const HostTokensConfig& config) {
    const auto algorithm = jwt_algorithm(config.algorithm);
    if (!algorithm) return make_error(Code::kInvalidArgument, "unknown algorithm " + config.algorithm);
    return config.jwks_file.empty() ? read_key_file(config.key_file, *algorithm)
                                    : read_jwks(config.jwks_file, *algorithm);
}

void log_ignored(const std::string& file, const std::vector<IgnoredKey>& keys) {
    for (const IgnoredKey& key : keys)
        LogLine(key.expected ? LogLevel::kInfo : LogLevel::kWarning, "host_key_ignored")
            .with("file", file)
            .with("kid", key.id)
            .with("detail", key.why);
}

// The key that the token names, or the only one when one of the two sides names none.
Result<const JwtKey*> chosen_key(const JwkSet& set, const std::string& key_id) {
    const auto named =
        std::ranges::find_if(set.keys, [&](const JwtKey& key) { return !key_id.empty() && key.id == key_id; });
    if (named != set.keys.end()) return &*named;
    const bool only = set.keys.size() == 1 && (key_id.empty() || set.keys.front().id.empty());
    if (only) return &set.keys.front();
    if (key_id.empty()) return invalid("no kid, and its issuer has " + std::to_string(set.keys.size()) + " keys");
    const auto ignored = std::ranges::find(set.ignored, key_id, &IgnoredKey::id);
    if (ignored != set.ignored.end()) return invalid("the key " + in_quotes(key_id) + " is not used: " + ignored->why);
    return invalid("unknown key " + in_quotes(key_id));
}

std::string in_lower_case_without_slash(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    text.resize(text.find_last_not_of('/') + 1);
    return text;
}

std::string list_of(const std::vector<std::string>& values) {
    constexpr std::size_t kMost = 3;
    std::string text;
    for (std::size_t i = 0; i < values.size() && i < kMost; ++i) text += (i > 0 ? ", " : "") + in_quotes(values[i]);
    return values.size() > kMost ? text + ", …" : text;
}

}  // namespace

Tokens::Tokens(const std::string& key_file, const TokensConfig& own, std::shared_ptr<const KeyRing> ring,
               const std::vector<HostTokensConfig>& host_configs, std::vector<Host> hosts)
    : config_(own),
      host_configs_(host_configs),
      ring_(key_file, std::move(ring)),
      hosts_(std::make_shared<const std::vector<Host>>(std::move(hosts))) {}

Result<std::unique_ptr<Tokens>> Tokens::create(const KeysConfig& keys, const TokensConfig& own,
                                               const std::vector<HostTokensConfig>& host_configs) {
    auto ring = KeyRing::load(keys.token_file);
    if (!ring) return std::move(ring).error();
    auto hosts = read_hosts(host_configs);
    if (!hosts) return std::move(hosts).error();
    return std::unique_ptr<Tokens>(
        new Tokens(keys.token_file, own, std::move(ring).value(), host_configs, std::move(hosts).value()));
}

Result<std::vector<Tokens::Host>> Tokens::read_hosts(const std::vector<HostTokensConfig>& configs) {
    std::vector<Host> hosts;
    for (const HostTokensConfig& config : configs) {
        auto keys = read_host_keys(config);
        if (!keys) return std::move(keys).error();
        log_ignored(config.jwks_file, keys->ignored);
        hosts.push_back({config, std::move(keys).value()});
    }
    return hosts;
}

Result<void> Tokens::reload() {
    auto hosts = read_hosts(host_configs_);
    if (!hosts) return std::move(hosts).error();
    if (auto ring = ring_.reload(); !ring) return ring;
    const std::scoped_lock lock(mutex_);
    hosts_ = std::make_shared<const std::vector<Host>>(std::move(hosts).value());
    cache_.clear();
    ++reloads_;
    return {};
}

std::string Tokens::issue_access(UserId user, std::string_view session_id, Time expires_at) {
    const auto ring = ring_.get();
    const JwtClaims claims{
        .texts = {{"sub", std::to_string(user.value)}, {"sid", std::string(session_id)}, {"iss", config_.issuer}},
        .others = {},
        .audience = {config_.audience},
        .expires_at = std::chrono::duration_cast<std::chrono::seconds>(expires_at.time_since_epoch()).count(),
        .not_before = std::nullopt,
        .issued_at = seconds_now()};
    return sign_jwt(claims, OwnJwtKey(ring->current_id(), ring->current()).get());
}

Result<chat::AccessClaims> Tokens::verify_access(std::string_view token) {
    const std::string key = hash_of(token);
    const std::uint64_t reloads = reloads_;
    if (auto known = recall(key)) {
        if (known->expires_at + expiry_leeway(known->issuer) <= now())
            return expired(std::chrono::duration_cast<std::chrono::seconds>(now() - known->expires_at).count());
        return std::move(*known);
    }
    auto verified = verify(token);
    if (verified) remember(key, *verified, reloads);
    return verified;
}

Result<chat::AccessClaims> Tokens::verify(std::string_view token) const {
    auto hint = peek_jwt(token);
    if (!hint) return std::move(hint).error();
    if (hint->issuer == config_.issuer) return verify_own(token, *hint);
    std::shared_ptr<const std::vector<Host>> hosts;
    {
        const std::scoped_lock lock(mutex_);
        hosts = hosts_;
    }
    const auto host =
        std::ranges::find_if(*hosts, [&](const Host& candidate) { return candidate.config.issuer == hint->issuer; });
    if (host == hosts->end()) return unknown_issuer(hint->issuer, *hosts);
    return verify_host(token, *hint, *host);
}

Result<chat::AccessClaims> Tokens::verify_own(std::string_view token, const JwtHint& hint) const {
    const auto ring = ring_.get();
    const auto key_id = parse_number(hint.key_id, 65535);
    const Key* key = key_id ? ring->find(static_cast<std::uint16_t>(*key_id)) : nullptr;
    if (key == nullptr) return invalid("unknown key " + in_quotes(hint.key_id));
    auto claims = verify_jwt(token, OwnJwtKey(static_cast<std::uint16_t>(*key_id), *key).get());
    if (!claims) return std::move(claims).error();
    if (auto checked = check_claims(*claims, config_.issuer, config_.audience); !checked)
        return std::move(checked).error();
    const auto user = parse_number(claims->text("sub"), kIdMax);
    if (!user || claims->text("sid").empty()) return invalid("sub or sid");
    chat::AccessClaims verified;
    verified.user = UserId{*user};
    verified.session_id = claims->text("sid");
    verified.expires_at = time_of(*claims->expires_at);
    return verified;
}

Result<chat::AccessClaims> Tokens::verify_host(std::string_view token, const JwtHint& hint, const Host& host) const {
    auto key = chosen_key(host.keys, hint.key_id);
    if (!key) return std::move(key).error();
    auto claims = verify_jwt(token, **key);
    if (!claims) return std::move(claims).error();
    if (auto checked = check_claims(*claims, host.config.issuer, host.config.audience); !checked)
        return std::move(checked).error();
    chat::AccessClaims verified;
    verified.session_id = host_session_id(hash_of(signed_part(token)), issued_at(*claims, host.config));
    verified.expires_at = time_of(*claims->expires_at);
    verified.issuer = host.config.issuer;
    verified.external_id = claims->text("sub");
    verified.username = claims->text(host.config.username_claim);
    verified.display_name = claims->text(host.config.display_name_claim);
    if (claims->text(host.config.role_claim) == "admin") verified.role = chat::Role::kAdmin;
    if (verified.external_id.empty()) return invalid(claims->lack_of("sub"));
    if (verified.external_id.size() > kExternalIdBytesMax) return invalid("sub has more than 255 bytes");
    return verified;
}

// Says which configured issuer was probably meant: they are compared byte by byte, and a slash at
// the end is easily lost.
Error Tokens::unknown_issuer(const std::string& issuer, const std::vector<Host>& hosts) const {
    const auto meant = std::ranges::find_if(hosts, [&](const Host& host) {
        return in_lower_case_without_slash(host.config.issuer) == in_lower_case_without_slash(issuer);
    });
    if (meant == hosts.end()) return invalid("unknown issuer " + in_quotes(issuer));
    return invalid("unknown issuer " + in_quotes(issuer) + ", the configured one is " +
                   in_quotes(meant->config.issuer));
}

Result<void> Tokens::check_claims(const JwtClaims& claims, const std::string& issuer,
                                  const std::string& audience) const {
    if (claims.text("iss") != issuer) return invalid("issuer");
    if (claims.audience.empty()) return invalid("no aud");
    if (std::ranges::find(claims.audience, audience) == claims.audience.end())
        return invalid("audience: aud is " + list_of(claims.audience) + ", not " + in_quotes(audience));
    if (!claims.expires_at) return invalid("no exp");
    const std::int64_t leeway = config_.leeway_s.count();
    const std::int64_t time = seconds_now();
    const auto ahead = [time](std::int64_t when) { return " is " + std::to_string(when - time) + " s in the future"; };
    if (claims.not_before && *claims.not_before > time + leeway) return invalid("nbf" + ahead(*claims.not_before));
    if (claims.issued_at && *claims.issued_at > time + leeway) return invalid("iat" + ahead(*claims.issued_at));
    if (*claims.expires_at + expiry_leeway(issuer == config_.issuer ? "" : issuer).count() <= time)
        return expired(time - *claims.expires_at);
    return {};
}

// Our own tokens end when they say: one clock made and reads them.
std::chrono::seconds Tokens::expiry_leeway(std::string_view host_issuer) const {
    return host_issuer.empty() ? std::chrono::seconds{0} : config_.leeway_s;
}

std::optional<chat::AccessClaims> Tokens::recall(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    const auto found = cache_.find(key);
    if (found == cache_.end()) return std::nullopt;
    if (found->second.until <= std::chrono::steady_clock::now()) {
        cache_.erase(found);
        return std::nullopt;
    }
    return found->second.token;
}

void Tokens::remember(const std::string& key, const chat::AccessClaims& token, std::uint64_t reloads) {
    if (config_.cache_s.count() == 0) return;
    const auto time = std::chrono::steady_clock::now();
    const std::scoped_lock lock(mutex_);
    if (reloads != reloads_) return;  // verified with keys that are gone
    if (cache_.size() >= kCacheMax)
        std::erase_if(cache_, [&](const auto& entry) { return entry.second.until <= time; });
    if (cache_.size() >= kCacheMax) cache_.clear();
    cache_[key] = {token, time + config_.cache_s};
}

std::string Tokens::issue_refresh(std::string_view session_id, std::uint64_t generation) {
    const std::string text = std::string(session_id) + "." + std::to_string(generation);
    return text + "." + base64url(mac_of(ring_.get()->current(), text));
}

Result<chat::RefreshClaims> Tokens::verify_refresh(std::string_view token) {
    const auto parts = split(token, '.');
    if (token.size() > 512 || parts.size() != 3) return invalid("not a refresh token");
    const auto generation = parse_number(parts[1], kIdMax);
    const auto mac = from_base64url(parts[2]);
    if (!generation || !mac || mac->size() != kMacBytes) return invalid("not a refresh token");
    const std::string_view text = token.substr(0, parts[0].size() + 1 + parts[1].size());
    const auto ring = ring_.get();
    const bool ours = std::ranges::any_of(ring->all(), [&](const auto& entry) {
        const std::string expected = mac_of(entry.second, text);
        return sodium_memcmp(expected.data(), mac->data(), kMacBytes) == 0;
    });
    if (!ours) return invalid("refresh token not ours");
    return chat::RefreshClaims{std::string(parts[0]), *generation};
}

}  // namespace billet::crypto
