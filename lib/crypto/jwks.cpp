// lib/crypto/jwks.cpp — Keys of hosts from files. RSA and P-256 keys become PEM by OpenSSL, which cpp-jwt builds on, and are looked at before use.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "lib/base/config.h"
#include "lib/base/file.h"
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

std::optional<std::string> bytes_member(const json& jwk, const char* name) {
    const auto found = jwk.find(name);
    if (found == jwk.end() || !found->is_string()) return std::nullopt;
    return from_base64url(found->get<std::string>());
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
    if (!x || !y || x->size() != kCoordinateBytes || y->size() != kCoordinateBytes || jwk.value("crv", "") != "P-256")
        return {};
    const std::string point = "\x04" + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1) return {};
    if (OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return {};
    return pem_of("EC", builder.get());
}

std::string material_of(const json& jwk, JwtAlgorithm algorithm) {
    const std::string type = jwk.value("kty", "");
    switch (algorithm) {
        case JwtAlgorithm::kHs256: return type == "oct" ? bytes_member(jwk, "k").value_or("") : std::string{};
        case JwtAlgorithm::kRs256: return type == "RSA" ? rsa_pem(jwk) : std::string{};
        case JwtAlgorithm::kEs256: return type == "EC" ? p256_pem(jwk) : std::string{};
    }
    return {};
}

std::optional<JwtAlgorithm> algorithm_member(const json& jwk, JwtAlgorithm wanted) {
    const auto found = jwk.find("alg");
    return found == jwk.end() || !found->is_string() ? wanted : jwt_algorithm(found->get<std::string>());
}

std::optional<JwtKey> key_of(const json& jwk, JwtAlgorithm algorithm) {
    if (!jwk.is_object() || algorithm_member(jwk, algorithm) != algorithm) return std::nullopt;
    if (jwk.contains("use") && jwk["use"] != "sig") return std::nullopt;
    const auto id = jwk.find("kid");
    JwtKey key{.id = id != jwk.end() && id->is_string() ? id->get<std::string>() : "",
               .algorithm = algorithm,
               .material = material_of(jwk, algorithm)};
    if (!is_usable(key.material, algorithm)) return std::nullopt;
    return key;
}

}  // namespace

Result<std::vector<JwtKey>> read_jwks(const std::string& path, JwtAlgorithm algorithm) {
    auto text = read_material(path, algorithm);
    if (!text) return wrong(text.error().detail);
    const json set = json::parse(*text, nullptr, false);
    if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) return wrong(path + ": is no JWK set");
    std::vector<JwtKey> keys;
    try {
        for (const json& jwk : set["keys"]) {
            if (auto key = key_of(jwk, algorithm)) keys.push_back(std::move(*key));
        }
    } catch (const json::exception& error) {
        return wrong(path + ": " + error.what());
    }
    if (keys.empty()) return wrong(path + ": has no usable key of the configured algorithm");
    return keys;
}

Result<std::vector<JwtKey>> read_key_file(const std::string& path, JwtAlgorithm algorithm) {
    auto material = read_material(path, algorithm);
    if (!material) return wrong(material.error().detail);
    if (!is_usable(*material, algorithm)) return wrong(path + ": is not " + wanted(algorithm));
    return std::vector<JwtKey>{{.id = "", .algorithm = algorithm, .material = std::move(*material)}};
}

}  // namespace billet::crypto
