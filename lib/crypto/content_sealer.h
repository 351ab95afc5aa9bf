// lib/crypto/content_sealer.h — Message content at rest.
// Key: crypto_kdf of the ring's key with the room id as sub-key number. Bytes: version(1) ‖
// nonce(24) ‖ ciphertext ‖ tag(16).
// Associated data: version ‖ key id u16 ‖ room u64 ‖ seq u64 ‖ sender u64, big-endian: a row copied
// anywhere else does not open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/crypto/key_ring.h"

namespace billet::crypto {

struct Sealed {
    std::uint16_t key_id = 0;
    std::string bytes;
};

// Thread-safe.
class ContentSealer {
public:
    // kInvalidArgument as KeyRing::load.
    static Result<std::shared_ptr<ContentSealer>> from_file(const std::string& path);
    explicit ContentSealer(std::string path, std::shared_ptr<const KeyRing> ring)
        : ring_(std::move(path), std::move(ring)) {}

    Sealed seal(RoomId room, Seq seq, UserId sender, std::string_view plaintext) const;
    // kInternal with reason unknown_key or forged; detail names the place, never the content.
    Result<std::string> open(std::uint16_t key_id, RoomId room, Seq seq, UserId sender, std::string_view bytes) const;
    std::uint16_t current_key_id() const { return ring_.get()->current_id(); }
    Result<void> reload() { return ring_.reload(); }

private:
    KeyRingHolder ring_;
};

}  // namespace billet::crypto
