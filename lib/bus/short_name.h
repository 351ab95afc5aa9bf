// lib/bus/short_name.h — A channel's or user's name as a key of a hash table, in the table's own
// memory: a process has one for each of its users.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace billet::bus {

class ShortName {
public:
    // crypto::NoticeSealer's names of channels have 24.
    static constexpr std::size_t kBytesMax = 27;

    // Of at most kBytesMax.
    explicit ShortName(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
        assert(text.size() <= kBytesMax);
        text.copy(bytes_.data(), kBytesMax);
    }

    std::string_view text() const { return {bytes_.data(), size_}; }
    bool operator==(const ShortName& other) const { return text() == other.text(); }

    struct Hash {
        std::size_t operator()(const ShortName& name) const noexcept {
            return std::hash<std::string_view>{}(name.text());
        }
    };

private:
    std::array<char, kBytesMax> bytes_;
    std::uint8_t size_;
};

}  // namespace billet::bus
