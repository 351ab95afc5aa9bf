// lib/crypto/aead.h — XChaCha20-Poly1305-IETF with a random nonce: nonce(24) ‖ ciphertext ‖
// tag(16).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/crypto/key_ring.h"

namespace billet::crypto {

std::string aead_seal(const Key& key, std::string_view plaintext, std::string_view associated);
// nullopt when the bytes were not made by this key for this associated data.
std::optional<std::string> aead_open(const Key& key, std::string_view sealed, std::string_view associated);
// The same without a second string: of `bytes`, what follows the first `prefix` of them is opened,
// and the plaintext takes the place of all. false: nothing is left that may be used.
bool aead_open_in_place(const Key& key, std::string& bytes, std::size_t prefix, std::string_view associated);

}  // namespace billet::crypto
