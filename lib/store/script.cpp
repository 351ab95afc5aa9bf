// lib/store/script.cpp — Writing values into SQL.
#include "lib/store/script.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace billet::store {

Script& Script::operator<<(std::uint64_t number) {
    std::array<char, 20> digits{};
    text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    return *this;
}

Script& Script::operator<<(Time time) {
    text_ += '\'';
    text_ += to_sql_datetime(time);
    text_ += '\'';
    return *this;
}

Script& Script::bytes(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t before = text_.size();
    text_.resize(before + 3 + 2 * bytes.size());
    char* place = text_.data() + before;
    *place++ = 'x';
    *place++ = '\'';
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        *place++ = kDigits[value >> 4U];
        *place++ = kDigits[value & 15U];
    }
    *place = '\'';
    return *this;
}

Script& Script::ascii(std::string_view text) {
    text_ += "_ascii ";
    return bytes(text);
}

}  // namespace billet::store
