// lib/crypto/content_sealer.h — Message content at rest.
// Key: crypto_kdf of the ring's key with the room id as sub-key number. Bytes: version(1) ‖
// nonce(24) ‖ ciphertext ‖ tag(16).
// Associated data: version ‖ key id u16 ‖ room u64 ‖ seq u64 ‖ sender u64, big-endian: a row copied
// anywhere else does not open.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

    friend class ContentOpener;
};

// Opens the messages of one page: the keys are those that the sealer had when the object was made,
// and the key of a room is derived once for all messages of that room that come in a row. Not
// thread-safe.
class ContentOpener {
public:
    explicit ContentOpener(const ContentSealer& sealer) : ring_(sealer.ring_.get()) {}
    ~ContentOpener();
    ContentOpener(const ContentOpener&) = delete;
    ContentOpener& operator=(const ContentOpener&) = delete;

    // As ContentSealer::open; the plaintext takes the place of the bytes.
    Result<std::string> open(std::uint16_t key_id, RoomId room, Seq seq, UserId sender, std::string bytes);

private:
    std::shared_ptr<const KeyRing> ring_;
    Key key_{};
    std::optional<std::pair<std::uint16_t, RoomId>> key_of_;

    // nullptr when the ring has no such key.
    const Key* key_for(std::uint16_t key_id, RoomId room);
};

}  // namespace billet::crypto
