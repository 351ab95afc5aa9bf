// lib/crypto/key_ring.h — A small set of 256-bit keys with ids: one seals, all open.
// File format: `ID STATE HEX64` a line, '#' comments; STATE is `current` (exactly one), `accepted`,
// or `channel` (id 0, bus.keys only:
// names channels and never rotates). ID is 1..65535.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/crypto/secret_memory.h"

namespace billet::crypto {

inline constexpr std::size_t kKeyBytes = 32;
using Key = std::array<unsigned char, kKeyBytes>;
using Keys = std::map<std::uint16_t, Key, std::less<>, SecretAllocator<std::pair<const std::uint16_t, Key>>>;

// Immutable once read. The keys live in locked memory and are wiped when the ring goes.
class KeyRing {
public:
    // kInvalidArgument with "file:line: what is wrong"; also when the file is readable by others.
    static Result<std::shared_ptr<const KeyRing>> load(const std::string& path);

    std::uint16_t current_id() const { return current_; }
    const Key& current() const { return keys_.at(current_); }
    // nullptr when the ring has no such key.
    const Key* find(std::uint16_t id) const;
    // nullptr unless the file has a channel key.
    const Key* channel() const { return channel_.empty() ? nullptr : &channel_.begin()->second; }
    // Without the channel key.
    const Keys& all() const { return keys_; }

private:
    KeyRing() = default;

    Keys keys_;
    Keys channel_;  // none or one, apart so that no id leads to it
    std::uint16_t current_ = 0;

    Result<void> read(std::string_view text);
    Result<void> read_line(std::string_view line);
};

// A ring that SIGHUP replaces. Thread-safe.
class KeyRingHolder {
public:
    KeyRingHolder(std::string path, std::shared_ptr<const KeyRing> ring)
        : path_(std::move(path)), ring_(std::move(ring)) {}

    std::shared_ptr<const KeyRing> get() const;
    const std::string& path() const { return path_; }
    void replace(std::shared_ptr<const KeyRing> ring);
    // Reads the file again. Keeps the old ring when the file is wrong.
    Result<void> reload();

private:
    std::string path_;
    mutable std::mutex mutex_;
    std::shared_ptr<const KeyRing> ring_;
};

// Calls sodium_init(); harmless when repeated. Aborts when libsodium cannot start.
void start_crypto();

}  // namespace billet::crypto
