// lib/crypto/content_sealer.cpp — Sub-keys and associated data of messages.
#include "lib/crypto/content_sealer.h"

#include <array>
#include <cstdint>

#include <sodium.h>

#include "lib/crypto/aead.h"

namespace billet::crypto {
namespace {

constexpr char kVersion = 1;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "bltroom1";

static_assert(kKeyBytes == crypto_kdf_KEYBYTES);

void derive_room_key(Key& key, const Key& master, RoomId room) {
    crypto_kdf_derive_from_key(key.data(), key.size(), room.value, kContext, master.data());
}

constexpr std::size_t kAssociatedBytes = 1 + 2 + 8 + 8 + 8;

class AssociatedData {
public:
    AssociatedData(std::uint16_t key_id, RoomId room, Seq seq, UserId sender) {
        bytes_[0] = kVersion;
        put(1, key_id, 2);
        put(3, room.value, 8);
        put(11, seq.value, 8);
        put(19, sender.value, 8);
    }

    std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

private:
    std::array<char, kAssociatedBytes> bytes_{};

    void put(std::size_t position, std::uint64_t value, std::size_t bytes) {
        for (std::size_t i = bytes; i > 0; --i, value >>= 8U)
            bytes_[position + i - 1] = static_cast<char>(value & 0xFFU);
    }
};

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
    Key key{};
    derive_room_key(key, ring->current(), room);
    Sealed sealed{.key_id = ring->current_id(), .bytes = std::string(1, kVersion)};
    sealed.bytes += aead_seal(key, plaintext, AssociatedData(sealed.key_id, room, seq, sender).view());
    sodium_memzero(key.data(), key.size());
    return sealed;
}

Result<std::string> ContentSealer::open(std::uint16_t key_id, RoomId room, Seq seq, UserId sender,
                                        std::string_view bytes) const {
    return ContentOpener(*this).open(key_id, room, seq, sender, std::string(bytes));
}

ContentOpener::~ContentOpener() {
    sodium_memzero(key_.data(), key_.size());
}

const Key* ContentOpener::key_for(std::uint16_t key_id, RoomId room) {
    const std::pair wanted{key_id, room};
    if (key_of_ == wanted) return &key_;
    const Key* master = ring_->find(key_id);
    if (master == nullptr) return nullptr;
    derive_room_key(key_, *master, room);
    key_of_ = wanted;
    return &key_;
}

Result<std::string> ContentOpener::open(std::uint16_t key_id, RoomId room, Seq seq, UserId sender, std::string bytes) {
    const Key* key = key_for(key_id, room);
    if (key == nullptr) return cannot_open("unknown_key", key_id, room, seq);
    if (bytes.empty() || bytes[0] != kVersion) return cannot_open("forged", key_id, room, seq);
    if (!aead_open_in_place(*key, bytes, 1, AssociatedData(key_id, room, seq, sender).view()))
        return cannot_open("forged", key_id, room, seq);
    return bytes;
}

}  // namespace billet::crypto
