// lib/crypto/notice_sealer.cpp — Sealing, opening and naming.
#include "lib/crypto/notice_sealer.h"

#include <sodium.h>

#include <array>
#include <cstdint>

#include "lib/crypto/aead.h"
#include "lib/crypto/base64url.h"

namespace billet::crypto {
namespace {

constexpr std::size_t kHeaderBytes = 5;
constexpr char kVersion = 1;
constexpr std::size_t kNameBytes = 16;

std::string header_of(std::uint16_t key_id) {
    return {'B', 'N', kVersion, static_cast<char>(key_id >> 8U), static_cast<char>(key_id & 0xFFU)};
}

Error refused(const char* reason) {
    Error error = make_error(Code::kInvalidArgument, std::string("notice refused: ") + reason);
    error.reason = reason;
    return error;
}

Result<std::shared_ptr<const KeyRing>> load_bus_keys(const std::string& path) {
    auto ring = KeyRing::load(path);
    if (ring && (*ring)->channel() == nullptr)
        return make_error(Code::kInvalidArgument, path + ": has no channel key (a line `0 channel HEX`)");
    return ring;
}

}  // namespace

Result<std::shared_ptr<NoticeSealer>> NoticeSealer::from_file(const std::string& path) {
    auto ring = load_bus_keys(path);
    if (!ring) return std::move(ring).error();
    return std::make_shared<NoticeSealer>(path, std::move(ring).value());
}

std::string NoticeSealer::seal(std::string_view channel, std::string_view plaintext) const {
    const auto ring = ring_.get();
    const std::string header = header_of(ring->current_id());
    return header + aead_seal(ring->current(), plaintext, header + std::string(channel));
}

Result<std::string> NoticeSealer::open(std::string_view channel, std::string_view sealed) const {
    if (sealed.size() < kHeaderBytes || sealed[0] != 'B' || sealed[1] != 'N' || sealed[2] != kVersion)
        return refused("malformed");
    const auto key_id = static_cast<std::uint16_t>((static_cast<unsigned char>(sealed[3]) << 8U) |
                                                   static_cast<unsigned char>(sealed[4]));
    const auto ring = ring_.get();
    const Key* key = ring->find(key_id);
    if (key == nullptr) return refused("unknown_key");
    auto plaintext = aead_open(*key, sealed.substr(kHeaderBytes),
                               std::string(sealed.substr(0, kHeaderBytes)) + std::string(channel));
    if (!plaintext) return refused("forged");
    return std::move(*plaintext);
}

std::string NoticeSealer::key_of(UserId user) const {
    return name_of("user", std::to_string(user.value));
}

std::string NoticeSealer::name_of(std::string_view kind, std::string_view thing) const {
    const auto ring = ring_.get();
    const std::string message = std::string(kind) + ":" + std::string(thing);
    std::array<unsigned char, kNameBytes> name{};
    crypto_generichash(name.data(), name.size(), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       ring->channel()->data(), kKeyBytes);
    return base64url({reinterpret_cast<const char*>(name.data()), name.size()});
}

std::string NoticeSealer::channel_of(UserId user) const {
    return "n:" + key_of(user);
}

Result<void> NoticeSealer::reload() {
    auto ring = load_bus_keys(ring_.path());
    if (!ring) return std::move(ring).error();
    ring_.replace(std::move(ring).value());
    return {};
}

}  // namespace billet::crypto
