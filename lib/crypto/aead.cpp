// lib/crypto/aead.cpp — libsodium's AEAD on strings.
#include "lib/crypto/aead.h"

#include <sodium.h>

namespace billet::crypto {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string aead_seal(const Key& key, std::string_view plaintext, std::string_view associated) {
    std::string sealed(kNonce + plaintext.size() + kTag, '\0');
    unsigned char* nonce = bytes_of(sealed);
    randombytes_buf(nonce, kNonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, bytes_of(plaintext), plaintext.size(),
                                               bytes_of(associated), associated.size(), nullptr, nonce, key.data());
    return sealed;
}

std::optional<std::string> aead_open(const Key& key, std::string_view sealed, std::string_view associated) {
    if (sealed.size() < kNonce + kTag) return std::nullopt;
    std::string plaintext(sealed.size() - kNonce - kTag, '\0');
    const unsigned char* nonce = bytes_of(sealed);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(plaintext), nullptr, nullptr, nonce + kNonce,
                                                                  sealed.size() - kNonce, bytes_of(associated),
                                                                  associated.size(), nonce, key.data());
    if (failed != 0) return std::nullopt;
    return plaintext;
}

}  // namespace billet::crypto
