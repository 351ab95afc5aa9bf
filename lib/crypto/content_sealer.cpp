// lib/crypto/content_sealer.cpp — Sub-keys and associated data of messages.
#include "lib/crypto/content_sealer.h"

#include <cstdint>

#include <sodium.h>

#include "lib/crypto/aead.h"

namespace billet::crypto {
namespace {

constexpr char kVersion = 1;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "bltroom1";

static_assert(kKeyBytes == crypto_kdf_KEYBYTES);

Key room_key(const Key& master, RoomId room) {
    Key key{};
    crypto_kdf_derive_from_key(key.data(), key.size(), room.value, kContext, master.data());
    return key;
}

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
        out.push_back(static_cast<char>((value >> static_cast<unsigned>(8 * i)) & 0xFFU));
}

std::string associated_data(std::uint16_t key_id, RoomId room, Seq seq, UserId sender) {
    std::string data(1, kVersion);
    put(data, key_id, 2);
    put(data, room.value, 8);
    put(data, seq.value, 8);
    put(data, sender.value, 8);
    return data;
}

Error cannot_open(std::string reason, std::uint16_t key_id, RoomId room, Seq seq) {
    Error error =
        make_error(Code::kInternal, "message cannot be opened: room " + std::to_string(room.value) + " seq " +
                                        std::to_string(seq.value) + " key " + std::to_string(key_id) + ": " + reason);
    error.reason = std::move(reason);
    return error;
}

}  // namespace

Result<std::shared_ptr<ContentSealer>> ContentSealer::from_file(const std::string& path) {
    auto ring = KeyRing::load(path);
    if (!ring) return std::move(ring).error();
    return std::make_shared<ContentSealer>(path, std::move(ring).value());
}

Sealed ContentSealer::seal(RoomId room, Seq seq, UserId sender, std::string_view plaintext) const {
    const auto ring = ring_.get();
    Key key = room_key(ring->current(), room);
    Sealed sealed{.key_id = ring->current_id(), .bytes = std::string(1, kVersion)};
    sealed.bytes += aead_seal(key, plaintext, associated_data(sealed.key_id, room, seq, sender));
    sodium_memzero(key.data(), key.size());
    return sealed;
}

Result<std::string> ContentSealer::open(std::uint16_t key_id, RoomId room, Seq seq, UserId sender,
                                        std::string_view bytes) const {
    const auto ring = ring_.get();
    const Key* master = ring->find(key_id);
    if (master == nullptr) return cannot_open("unknown_key", key_id, room, seq);
    if (bytes.empty() || bytes[0] != kVersion) return cannot_open("forged", key_id, room, seq);
    Key key = room_key(*master, room);
    auto plaintext = aead_open(key, bytes.substr(1), associated_data(key_id, room, seq, sender));
    sodium_memzero(key.data(), key.size());
    if (!plaintext) return cannot_open("forged", key_id, room, seq);
    return std::move(*plaintext);
}

}  // namespace billet::crypto
