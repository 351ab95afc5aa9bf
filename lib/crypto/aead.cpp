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
    std::string bytes(sealed);
    if (!aead_open_in_place(key, bytes, 0, associated)) return std::nullopt;
    return bytes;
}

bool aead_open_in_place(const Key& key, std::string& bytes, std::size_t prefix, std::string_view associated) {
    if (bytes.size() < prefix + kNonce + kTag) return false;
    unsigned char* nonce = bytes_of(bytes) + prefix;
    unsigned char* text = nonce + kNonce;
    const int failed =
        crypto_aead_xchacha20poly1305_ietf_decrypt(text, nullptr, nullptr, text, bytes.size() - prefix - kNonce,
                                                   bytes_of(associated), associated.size(), nonce, key.data());
    if (failed != 0) return false;
    bytes.resize(bytes.size() - kTag);
    bytes.erase(0, prefix + kNonce);
    return true;
}

}  // namespace billet::crypto
