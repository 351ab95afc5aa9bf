// lib/crypto/notice_sealer.h — Notices on the bus: 'B' 'N' version(1) key id(u16, big-endian)
// nonce(24) ciphertext tag(16).
// Associated data: the five header bytes ‖ channel name, so that a notice moved to another channel
// does not open.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/crypto/key_ring.h"

namespace billet::crypto {

// Thread-safe.
class NoticeSealer {
public:
    // kInvalidArgument as KeyRing::load, and when the file has no channel key.
    static Result<std::shared_ptr<NoticeSealer>> from_file(const std::string& path);
    explicit NoticeSealer(std::string path, std::shared_ptr<const KeyRing> ring)
        : ring_(std::move(path), std::move(ring)) {}

    std::string seal(std::string_view channel, std::string_view plaintext) const;
    // Error's reason: malformed, unknown_key or forged.
    Result<std::string> open(std::string_view channel, std::string_view sealed) const;
    // "n:" and the user's key_of: whoever reads Redis cannot tell users apart by number.
    std::string channel_of(UserId user) const;
    // 128-bit keyed BLAKE2b of the user's id in URL-safe base64 without padding.
    std::string key_of(UserId user) const;
    // The same of anything else that Redis is to keep apart without knowing it; `kind` keeps equal
    // names of different things apart.
    std::string name_of(std::string_view kind, std::string_view thing) const;
    Result<void> reload();

private:
    KeyRingHolder ring_;
};

}  // namespace billet::crypto
