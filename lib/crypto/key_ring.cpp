// lib/crypto/key_ring.cpp — Reading key files.
#include "lib/crypto/key_ring.h"

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "lib/base/file.h"
#include "lib/base/text.h"

namespace billet::crypto {
namespace {

constexpr std::uint64_t kChannelId = 0;

Error wrong(const std::string& what) {
    return make_error(Code::kInvalidArgument, what);
}

// 64 hex digits; the key is wiped by the caller.
bool parse_key(std::string_view hex, Key& key) {
    std::size_t length = 0;
    const char* end = nullptr;
    const int failed = sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &length, &end);
    return failed == 0 && length == key.size() && end == hex.data() + hex.size();
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t start = line.find_first_not_of(" \t\r"); start != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(" \t\r", start), line.size());
        words.push_back(line.substr(start, end - start));
        start = line.find_first_not_of(" \t\r", end);
    }
    return words;
}

// Wipes what it refers to, whichever way the scope is left.
template <typename Bytes>
class WipedAtEnd {
public:
    explicit WipedAtEnd(Bytes& bytes) : bytes_(bytes) {}
    ~WipedAtEnd() { sodium_memzero(bytes_.data(), bytes_.size()); }
    WipedAtEnd(const WipedAtEnd&) = delete;
    WipedAtEnd& operator=(const WipedAtEnd&) = delete;

private:
    Bytes& bytes_;
};

}  // namespace

const Key* KeyRing::find(std::uint16_t id) const {
    const auto found = keys_.find(id);
    return found == keys_.end() ? nullptr : &found->second;
}

Result<void> KeyRing::read_line(std::string_view line) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) return {};
    if (words.size() != 3) return wrong("expected: ID STATE HEX");
    const auto id = parse_number(words[0], 65535);
    if (!id) return wrong("the id must be a number from 0 to 65535");
    const std::string_view state = words[1];
    const bool is_channel = state == "channel";
    if (!is_channel && state != "current" && state != "accepted")
        return wrong("STATE must be current, accepted or channel");
    if (is_channel != (*id == kChannelId)) return wrong("the channel key, and no other, has the id 0");
    if (state == "current" && current_ != 0) return wrong("there is a current key already");
    Key key{};
    const WipedAtEnd wiped(key);
    if (!parse_key(words[2], key)) return wrong("the key must be 64 hex digits");
    Keys& keys = is_channel ? channel_ : keys_;
    if (!keys.emplace(static_cast<std::uint16_t>(*id), key).second) return wrong("this id is there already");
    if (state == "current") current_ = static_cast<std::uint16_t>(*id);
    return {};
}

Result<void> KeyRing::read(std::string_view text) {
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (auto done = read_line(line); !done) return wrong(std::to_string(number) + ": " + done.error().detail);
    }
    if (current_ == 0) return wrong(" has no current key");
    return {};
}

Result<std::shared_ptr<const KeyRing>> KeyRing::load(const std::string& path) {
    start_crypto();
    auto text = read_secret_file(path);
    if (!text) return std::move(text).error();
    const WipedAtEnd wiped(*text);
    std::shared_ptr<KeyRing> ring(new KeyRing);
    if (auto done = ring->read(*text); !done) return wrong(path + ":" + done.error().detail);
    return std::shared_ptr<const KeyRing>(std::move(ring));
}

std::shared_ptr<const KeyRing> KeyRingHolder::get() const {
    const std::scoped_lock lock(mutex_);
    return ring_;
}

void KeyRingHolder::replace(std::shared_ptr<const KeyRing> ring) {
    const std::scoped_lock lock(mutex_);
    ring_.swap(ring);
}

Result<void> KeyRingHolder::reload() {
    auto ring = KeyRing::load(path_);
    if (!ring) return std::move(ring).error();
    replace(std::move(ring).value());
    return {};
}

void start_crypto() {
    if (sodium_init() < 0) std::abort();
}

}  // namespace billet::crypto
