// lib/crypto/jwks.cpp — Keys of hosts from files. RSA and P-256 keys become PEM by OpenSSL, which
// cpp-jwt builds on, and are looked at before use.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "lib/base/file.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/crypto/base64url.h"
#include "lib/crypto/jwt.h"

namespace billet::crypto {
namespace {

using nlohmann::json;

constexpr int kRsaBitsLeast = 2048;
constexpr std::size_t kSecretBytesLeast = 32;  // RFC 7518, section 3.2

template <auto Free>
struct Freer {
    template <typename T>
    void operator()(T* thing) const {
        Free(thing);
    }
};
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;

Error wrong(const std::string& what) {
    return make_error(Code::kInvalidArgument, what);
}

// Empty when there is none, or none that is text.
std::string text_member(const json& jwk, const char* name) {
    const auto found = jwk.find(name);
    return found != jwk.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::string> bytes_member(const json& jwk, const char* name) {
    return jwk.contains(name) ? from_base64url(text_member(jwk, name)) : std::nullopt;
}

std::string pem_of(const char* type, OSSL_PARAM_BLD* builder) {
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* raw = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return {};
    if (EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) return {};
    const PublicKey key(raw);
    const Memory memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_PUBKEY(memory.get(), key.get()) != 1) return {};
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

// An RSA key of at least 2,048 bits or a P-256 key, as the algorithm asks for.
bool fits(const std::string& pem, JwtAlgorithm algorithm) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const PublicKey key(memory ? PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!key) return false;
    if (algorithm == JwtAlgorithm::kRs256)
        return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key.get()) >= kRsaBitsLeast;
    std::array<char, 32> group{};
    const bool named = EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1;
    return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC && named && std::string_view(group.data()) == "prime256v1";
}

bool is_usable(const std::string& material, JwtAlgorithm algorithm) {
    if (algorithm != JwtAlgorithm::kHs256) return fits(material, algorithm);
    return material.size() >= kSecretBytesLeast && !material.starts_with("-----BEGIN");
}

const char* wanted(JwtAlgorithm algorithm) {
    switch (algorithm) {
        case JwtAlgorithm::kHs256: return "a secret of at least 32 bytes";
        case JwtAlgorithm::kRs256: return "an RSA public key of at least 2048 bits (PEM, BEGIN PUBLIC KEY)";
        case JwtAlgorithm::kEs256: return "a P-256 public key (PEM, BEGIN PUBLIC KEY)";
    }
    return "a key";
}

// Only a secret must not be readable by everybody.
Result<std::string> read_material(const std::string& path, JwtAlgorithm algorithm) {
    return algorithm == JwtAlgorithm::kHs256 ? read_secret_file(path) : read_whole_file(path);
}

Number number_of(const std::string& bytes) {
    return Number(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
}

std::string rsa_pem(const json& jwk) {
    const auto n = bytes_member(jwk, "n");
    const auto e = bytes_member(jwk, "e");
    if (!n || !e) return {};
    const Builder builder(OSSL_PARAM_BLD_new());
    const Number modulus = number_of(*n);
    const Number exponent = number_of(*e);
    if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1) return {};
    if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) return {};
    return pem_of("RSA", builder.get());
}

std::string p256_pem(const json& jwk) {
    constexpr std::size_t kCoordinateBytes = 32;
    const auto x = bytes_member(jwk, "x");
    const auto y = bytes_member(jwk, "y");
    if (!x || !y || x->size() != kCoordinateBytes || y->size() != kCoordinateBytes ||
        text_member(jwk, "crv") != "P-256")
        return {};
    const std::string point = "\x04" + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1) return {};
    if (OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return {};
    return pem_of("EC", builder.get());
}

std::string material_of(const json& jwk, JwtAlgorithm algorithm) {
    switch (algorithm) {
        case JwtAlgorithm::kHs256: return bytes_member(jwk, "k").value_or("");
        case JwtAlgorithm::kRs256: return rsa_pem(jwk);
        case JwtAlgorithm::kEs256: return p256_pem(jwk);
    }
    return {};
}

const char* key_type(JwtAlgorithm algorithm) {
    switch (algorithm) {
        case JwtAlgorithm::kHs256: return "oct";
        case JwtAlgorithm::kRs256: return "RSA";
        case JwtAlgorithm::kEs256: return "EC";
    }
    return "";
}

bool may_verify(const json& jwk) {
    const auto found = jwk.find("key_ops");
    return found == jwk.end() || !found->is_array() || std::ranges::find(*found, json("verify")) != found->end();
}

// What a key was made for, if it is not for verifying with `algorithm`. Published sets have such
// keys beside ours.
std::string other_purpose(const json& jwk, JwtAlgorithm algorithm) {
    if (!jwk.is_object()) return "is no object";
    if (const std::string type = text_member(jwk, "kty"); type != key_type(algorithm))
        return "kty is " + in_quotes(type);
    if (jwk.contains("use") && text_member(jwk, "use") != "sig") return "use is " + in_quotes(text_member(jwk, "use"));
    if (!may_verify(jwk)) return "key_ops has no verify";
    const std::string named = text_member(jwk, "alg");
    if (!named.empty() && named != algorithm_name(algorithm)) return "alg is " + in_quotes(named);
    const std::string curve = text_member(jwk, "crv");
    if (algorithm == JwtAlgorithm::kEs256 && !curve.empty() && curve != "P-256") return "crv is " + in_quotes(curve);
    return {};
}

void add_near_miss(JwtKey& key, std::optional<std::string> material, const std::string& mistake) {
    if (material && !material->empty()) key.near_misses.push_back({std::move(*material), mistake});
}

// base64 in either alphabet, padded or not.
std::optional<std::string> from_any_base64(std::string text) {
    text.resize(text.find_last_not_of('=') + 1);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return from_base64url(text);
}

// What libraries do with a file that we read as bytes.
void add_near_misses_of_file(JwtKey& key) {
    const std::string behind =
        "it was made with a line break behind the secret; the one at the end of a secret's file is not part of it";
    const std::string in_set = "; put those bytes as k of a kty oct into a jwks_file";
    add_near_miss(key, key.material + "\n", behind);
    add_near_miss(key, key.material + "\r\n", behind);
    add_near_miss(key, from_any_base64(key.material), "it was made with the secret decoded from base64" + in_set);
    add_near_miss(key, from_hex(key.material), "it was made with the secret decoded from hex" + in_set);
}

// Takes a key of the set in, or says why not. kInvalidArgument when another key has its kid.
Result<void> add_key(JwkSet& set, const json& jwk, JwtAlgorithm algorithm) {
    const std::string id = jwk.is_object() ? text_member(jwk, "kid") : std::string{};
    if (std::string purpose = other_purpose(jwk, algorithm); !purpose.empty()) {
        set.ignored.push_back({.id = id, .why = std::move(purpose), .expected = true});
        return {};
    }
    JwtKey key{.id = id, .algorithm = algorithm, .material = material_of(jwk, algorithm), .near_misses = {}};
    if (!is_usable(key.material, algorithm)) {
        set.ignored.push_back({.id = id, .why = std::string("is not ") + wanted(algorithm), .expected = false});
        return {};
    }
    const auto twin =
        std::ranges::find_if(set.keys, [&](const JwtKey& other) { return !id.empty() && other.id == id; });
    if (twin != set.keys.end() && twin->material != key.material)
        return wrong("two different keys have the kid " + in_quotes(id) +
                     ": give each its own (RFC 7517, section 4.5)");
    if (twin != set.keys.end()) {
        set.ignored.push_back({.id = id, .why = "is there twice", .expected = false});
        return {};
    }
    if (algorithm == JwtAlgorithm::kHs256)
        add_near_miss(key, text_member(jwk, "k"),
                      "it was made with the text of k, not with the bytes that it stands for");
    set.keys.push_back(std::move(key));
    return {};
}

// Among several keys a token chooses by kid: one without is never chosen.
void drop_nameless(JwkSet& set) {
    if (set.keys.size() < 2) return;
    const auto dropped = std::erase_if(set.keys, [](const JwtKey& key) { return key.id.empty(); });
    if (dropped > 0)
        set.ignored.push_back(
            {.id = "", .why = "has no kid and is not the only key: no token can choose it", .expected = false});
}

std::string reasons(const JwkSet& set) {
    std::string text;
    for (const IgnoredKey& key : set.ignored)
        text += (text.empty() ? " (" : ", ") + (key.id.empty() ? "one without kid" : in_quotes(key.id)) + " " + key.why;
    return text.empty() ? text : text + ")";
}

}  // namespace

Result<JwkSet> read_jwks(const std::string& path, JwtAlgorithm algorithm) {
    auto text = read_material(path, algorithm);
    if (!text) return wrong(text.error().detail);
    const json whole = json::parse(*text, nullptr, false);
    if (!whole.is_object() || !whole.contains("keys") || !whole["keys"].is_array())
        return wrong(path + ": is no JWK set, an object with a list 'keys'");
    JwkSet set;
    for (const json& jwk : whole["keys"]) {
        if (auto added = add_key(set, jwk, algorithm); !added) return wrong(path + ": " + added.error().detail);
    }
    drop_nameless(set);
    if (set.keys.empty()) return wrong(path + ": has no usable key for " + algorithm_name(algorithm) + reasons(set));
    return set;
}

Result<JwkSet> read_key_file(const std::string& path, JwtAlgorithm algorithm) {
    auto material = read_material(path, algorithm);
    if (!material) return wrong(material.error().detail);
    if (!is_usable(*material, algorithm)) return wrong(path + ": is not " + wanted(algorithm));
    JwtKey key{.id = "", .algorithm = algorithm, .material = std::move(*material), .near_misses = {}};
    if (algorithm == JwtAlgorithm::kHs256) add_near_misses_of_file(key);
    return JwkSet{.keys = {std::move(key)}, .ignored = {}};
}

}  // namespace billet::crypto
