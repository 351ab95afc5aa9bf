// lib/crypto/passwords.cpp — libsodium's Argon2id.
#include "lib/crypto/passwords.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

#include "lib/crypto/key_ring.h"

namespace billet::crypto {
namespace {

constexpr unsigned long long kOperations = 2;
constexpr std::size_t kMemoryBytes = std::size_t{19} << 20U;

std::string argon2id(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kOperations, kMemoryBytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return {};
    return out.data();
}

}  // namespace

Passwords::Passwords() : dummy_((start_crypto(), argon2id("a dummy for accounts that do not exist"))) {
    if (dummy_.empty()) std::abort();
}

Result<std::string> Passwords::hash(std::string_view password) {
    std::string hashed = argon2id(password);
    if (hashed.empty()) return unavailable("out of memory for a password hash");
    return hashed;
}

Result<bool> Passwords::verify(std::string_view password, std::string_view hash) {
    const std::string against = hash.empty() ? dummy_ : std::string(hash);
    const bool matches = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    return matches && !hash.empty();
}

bool Passwords::is_outdated(std::string_view hash) const {
    // Not crypto_pwhash_str_needs_rehash(): it takes an Argon2i hash of the same numbers for one of
    // today's.
    return crypto_pwhash_argon2id_str_needs_rehash(std::string(hash).c_str(), kOperations, kMemoryBytes) != 0;
}

}  // namespace billet::crypto
