// wsd/credentials.h — What the api wants to hear of a client with each request, in one piece of
// memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace billet::wsd {

// Costs a pointer, and what the texts have and six bytes. No text has more than 64 KiB.
class Credentials {
public:
    explicit Credentials(std::string_view address) { set(address, {}, {}); }

    // For the api's limits.
    std::string_view address() const { return text(0); }
    // Empty: the api has not said so yet.
    std::string_view session_id() const { return text(1); }
    // Of KeptTokens.
    std::string_view packed_token() const { return text(2); }

    void set_session(std::string_view session_id, std::string_view packed_token) {
        set(address(), session_id, packed_token);
    }

private:
    static constexpr std::size_t kTexts = 3;
    using Size = std::uint16_t;

    void set(std::string_view address, std::string_view session_id, std::string_view packed_token) {
        const std::string_view texts[kTexts] = {address, session_id, packed_token};
        auto bytes =
            std::make_unique<char[]>(kTexts * sizeof(Size) + address.size() + session_id.size() + packed_token.size());
        char* end = bytes.get() + kTexts * sizeof(Size);
        for (std::size_t i = 0; i < kTexts; ++i) {
            const auto size = static_cast<Size>(texts[i].size());
            std::memcpy(bytes.get() + i * sizeof(Size), &size, sizeof size);
            end += texts[i].copy(end, size);
        }
        bytes_ = std::move(bytes);
    }
    Size size(std::size_t index) const {
        Size size = 0;
        std::memcpy(&size, bytes_.get() + index * sizeof(Size), sizeof size);
        return size;
    }
    std::string_view text(std::size_t index) const {
        const char* begin = bytes_.get() + kTexts * sizeof(Size);
        for (std::size_t i = 0; i < index; ++i) begin += size(i);
        return {begin, size(index)};
    }

    std::unique_ptr<char[]> bytes_;  // their sizes, then the texts
};

}  // namespace billet::wsd
