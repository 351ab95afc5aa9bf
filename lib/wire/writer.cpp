// lib/wire/writer.cpp — JSON strings: what needs no escape is copied by runs.
#include "lib/wire/writer.h"

#include <array>

namespace billet::wire {
namespace {

// By byte, what follows the backslash; 'u' is a number in hexadecimal, NUL: no escape is needed.
constexpr std::array<char, 256> kEscapes = [] {
    std::array<char, 256> escapes{};
    for (std::size_t byte = 0; byte < 0x20; ++byte) escapes[byte] = 'u';
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
}();

void append_escape(std::string& text, unsigned char byte) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    text.append(1, '\\').append(1, kEscapes[byte]);
    if (kEscapes[byte] == 'u') text.append("00").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 0xFU]);
}

}  // namespace

void append_json_string(std::string& text, std::string_view value) {
    text += '"';
    std::size_t run = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (kEscapes[byte] == '\0') continue;
        text += value.substr(run, i - run);
        append_escape(text, byte);
        run = i + 1;
    }
    text += value.substr(run);
    text += '"';
}

}  // namespace billet::wire
