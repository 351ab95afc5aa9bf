// lib/base/unicode.cpp — utf8proc: tables in the library's read-only data, no start-up, no locale,
// thread-safe.
#include "lib/base/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace billet {
namespace {

using MappedText = std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)>;

const utf8proc_property_t& property_of(char32_t c) {
    return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

bool is_within(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

// The table knows assigned characters only; these are the reserved ones that the Unicode database
// calls ignorable for ever.
bool is_reserved_ignorable(char32_t c) {
    return c == 0x2065 || is_within(c, 0xFFF0, 0xFFF8) || is_within(c, 0xE0000, 0xE0FFF);
}

// Emoji of later versions come from here.
bool is_reserved_pictographic(char32_t c) {
    const bool in_block = is_within(c, 0x1F000, 0x1FAFF) || is_within(c, 0x1FC00, 0x1FFFD);
    return in_block && property_of(c).category == UTF8PROC_CATEGORY_CN;
}

// Assigned and not ignorable, yet drawn as nothing: braille without dots, a musical and a Khitan
// filler, the place of an object that is not there.
bool is_empty_picture(char32_t c) {
    return c == 0x2800 || c == 0x1D159 || c == 0x16FE4 || c == 0xFFFC;
}

// Latin letters that have no decomposition, as CLDR's transform Latin-ASCII writes them; ǝ, ɔ, ə
// and ɣ, letters of living alphabets which that leaves as they are, by their looks or sound. Lower
// case, sorted.
struct Spelling {
    char32_t letter;
    std::string_view ascii;
};
constexpr std::array kSpellings = {
    Spelling{U'æ', "ae"}, Spelling{U'ð', "d"}, Spelling{U'ø', "o"}, Spelling{U'þ', "th"}, Spelling{U'đ', "d"},
    Spelling{U'ħ', "h"},  Spelling{U'ı', "i"}, Spelling{U'ĸ', "q"}, Spelling{U'ł', "l"},  Spelling{U'ŋ', "n"},
    Spelling{U'œ', "oe"}, Spelling{U'ŧ', "t"}, Spelling{U'ƀ', "b"}, Spelling{U'ƒ', "f"},  Spelling{U'ƙ', "k"},
    Spelling{U'ƴ', "y"},  Spelling{U'ƶ', "z"}, Spelling{U'ǝ', "e"}, Spelling{U'ǥ', "g"},  Spelling{U'ɓ', "b"},
    Spelling{U'ɔ', "o"},  Spelling{U'ɖ', "d"}, Spelling{U'ɗ', "d"}, Spelling{U'ə', "e"},  Spelling{U'ɛ', "e"},
    Spelling{U'ɣ', "g"},  Spelling{U'ɨ', "i"}, Spelling{U'ɩ', "i"}, Spelling{U'ɲ', "n"},  Spelling{U'ʉ', "u"},
    Spelling{U'ʋ', "v"},
};
static_assert(std::ranges::is_sorted(kSpellings, {}, &Spelling::letter));

std::string_view spelling_of(char32_t letter) {
    const auto found = std::ranges::lower_bound(kSpellings, letter, {}, &Spelling::letter);
    return found != kSpellings.end() && found->letter == letter ? found->ascii : std::string_view{};
}

// Calls `see` with each code point and its bytes until that says false.
template <typename See>
void for_each_code_point(std::string_view text, See see) {
    while (!text.empty()) {
        utf8proc_int32_t point = 0;
        const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (length <= 0 || !see(static_cast<char32_t>(point), static_cast<std::size_t>(length))) return;
        text.remove_prefix(static_cast<std::size_t>(length));
    }
}

void append(std::string& out, char32_t c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

std::string mapped(std::string_view text, int options) {
    utf8proc_uint8_t* raw = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &raw, static_cast<utf8proc_option_t>(options));
    const MappedText owned(raw, &std::free);
    if (length < 0) return std::string(text);
    return {reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length)};
}

}  // namespace

bool is_white_space(char32_t c) {
    const auto category = property_of(c).category;
    const bool separator =
        category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
    return separator || is_within(c, 0x09, 0x0D) || c == 0x85;
}

bool is_control(char32_t c) {
    const auto category = property_of(c).category;
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool is_ignorable(char32_t c) {
    return property_of(c).ignorable != 0 || is_reserved_ignorable(c);
}

bool is_pictographic(char32_t c) {
    return property_of(c).boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || is_reserved_pictographic(c);
}

bool is_letter_or_mark(char32_t c) {
    const auto category = property_of(c).category;
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

bool is_unseen_format(char32_t c) {
    const utf8proc_property_t& property = property_of(c);
    return property.category == UTF8PROC_CATEGORY_CF && property.boundclass != UTF8PROC_BOUNDCLASS_PREPEND;
}

bool shows(char32_t c) {
    return !is_white_space(c) && !is_control(c) && !is_ignorable(c) && !is_unseen_format(c) && !is_empty_picture(c);
}

bool has_visible(std::string_view text) {
    bool found = false;
    for_each_code_point(text, [&](char32_t c, std::size_t /*length*/) { return !(found = shows(c)); });
    return found;
}

std::string_view trimmed(std::string_view text) {
    std::size_t at = 0;
    std::size_t first = text.size();
    std::size_t end = 0;
    for_each_code_point(text, [&](char32_t c, std::size_t length) {
        if (!is_white_space(c)) {
            first = std::min(first, at);
            end = at + length;
        }
        at += length;
        return true;
    });
    return first < end ? text.substr(first, end - first) : std::string_view{};
}

std::u32string to_code_points(std::string_view text) {
    std::u32string points;
    for_each_code_point(text, [&](char32_t c, std::size_t /*length*/) {
        points.push_back(c);
        return true;
    });
    return points;
}

std::string to_utf8(std::u32string_view points) {
    std::string text;
    for (const char32_t c : points) append(text, c);
    return text;
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
    std::size_t at = 0;      // bytes read
    std::size_t cut = 0;     // bytes up to the last boundary
    std::size_t number = 0;  // code points read
    char32_t last = 0;
    utf8proc_int32_t state = 0;
    for_each_code_point(text, [&](char32_t c, std::size_t length) {
        const bool boundary = number == 0 || utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(last),
                                                                              static_cast<utf8proc_int32_t>(c), &state);
        if (boundary) cut = at;
        if (number == count) return false;
        at += length;
        ++number;
        last = c;
        return true;
    });
    if (at == text.size() || cut == 0) return text.substr(0, at);
    return text.substr(0, cut);
}

std::string folded(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

std::string without_accents(std::string_view text) {
    const std::string bare = mapped(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                              UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
    std::string out;
    for_each_code_point(bare, [&](char32_t c, std::size_t /*length*/) {
        const std::string_view spelling = spelling_of(c);
        if (spelling.empty()) append(out, c);
        out += spelling;
        return true;
    });
    return out;
}

}  // namespace billet
