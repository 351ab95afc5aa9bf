// lib/chat/display_name.cpp — Invisible characters in their places.
#include "lib/chat/display_name.h"

#include <algorithm>
#include <vector>

#include "lib/base/text.h"
#include "lib/base/unicode.h"

namespace billet::chat {
namespace {

constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kEmojiSelector = 0xFE0F;
constexpr char32_t kBlackFlag = 0x1F3F4;
constexpr char32_t kTagEnd = 0xE007F;
constexpr std::size_t kTagsMax = 6;  // of a region's code (ISO 3166-2), without the end

bool is_within(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

// Blocks of the scripts whose letters take another form beside each other.
bool is_joining_letter(char32_t c) {
    const bool in_block = is_within(c, 0x0600, 0x1CFF) || is_within(c, 0xA800, 0xABFF) ||
                          is_within(c, 0x10A00, 0x11FFF) || is_within(c, 0x1E900, 0x1E95F);
    return in_block && is_letter_or_mark(c) && !is_ignorable(c);
}

bool is_han(char32_t c) {
    return is_within(c, 0x3400, 0x4DBF) || is_within(c, 0x4E00, 0x9FFF) || is_within(c, 0xF900, 0xFAFF) ||
           is_within(c, 0x20000, 0x3FFFF);
}

bool is_mongolian_letter(char32_t c) {
    return is_within(c, 0x1820, 0x18AA);
}

bool is_skin_tone(char32_t c) {
    return is_within(c, 0x1F3FB, 0x1F3FF);
}

bool is_tag(char32_t c) {
    return is_within(c, 0xE0020, kTagEnd);
}

bool can_be_emoji(char32_t c) {
    return is_pictographic(c) || is_within(c, '0', '9') || c == '#' || c == '*';
}

// 0 beside the ends.
char32_t at(std::u32string_view name, std::size_t index) {
    return index < name.size() ? name[index] : 0;
}

bool joins_letters(std::u32string_view name, std::size_t index) {
    return is_joining_letter(at(name, index - 1));
}

bool joins_pictures(std::u32string_view name, std::size_t index) {
    const std::size_t before = at(name, index - 1) == kEmojiSelector ? index - 2 : index - 1;
    const bool after_picture = is_pictographic(at(name, before)) || is_skin_tone(at(name, before));
    return after_picture && is_pictographic(at(name, index + 1));
}

bool is_tag_of_flag(std::u32string_view name, std::size_t index) {
    std::size_t first = index;
    while (is_tag(at(name, first - 1))) --first;
    std::size_t last = index;
    while (is_tag(at(name, last + 1)) && at(name, last) != kTagEnd) ++last;
    return at(name, first - 1) == kBlackFlag && at(name, last) == kTagEnd && last > first && last - first <= kTagsMax;
}

// A character that shows nothing stands where people write it.
bool is_in_place(std::u32string_view name, std::size_t index) {
    const char32_t c = name[index];
    const char32_t before = at(name, index - 1);
    if (c == kNonJoiner) return joins_letters(name, index);
    if (c == kJoiner) return joins_letters(name, index) || joins_pictures(name, index);
    if (is_within(c, 0xFE0E, kEmojiSelector) && can_be_emoji(before)) return true;
    if (is_within(c, 0xFE00, kEmojiSelector) || is_within(c, 0xE0100, 0xE01EF)) return is_han(before);
    if (is_within(c, 0x180B, 0x180F)) return is_mongolian_letter(before);
    return is_tag(c) && is_tag_of_flag(name, index);
}

bool fits(std::u32string_view name, std::size_t index) {
    const char32_t c = name[index];
    if (is_control(c)) return false;
    return (!is_ignorable(c) && !is_unseen_format(c)) || is_in_place(name, index);
}

bool all_fit(std::u32string_view name) {
    for (std::size_t index = 0; index < name.size(); ++index) {
        if (!fits(name, index)) return false;
    }
    return true;
}

// A line break or tabulator between two words is a blank.
std::u32string with_blanks(std::u32string name) {
    std::ranges::replace_if(
        name, [](char32_t c) { return is_white_space(c) && is_control(c); }, U' ');
    return name;
}

std::u32string without_misfits(std::u32string_view name) {
    std::u32string out;
    for (std::size_t index = 0; index < name.size(); ++index) {
        if (fits(name, index)) out.push_back(name[index]);
    }
    return out;
}

// Leaving characters out makes new neighbours, for which another look may come to another answer.
std::u32string clean(const std::u32string& name) {
    std::u32string once = without_misfits(with_blanks(name));
    if (!all_fit(once)) std::erase_if(once, is_ignorable);
    return once;
}

}  // namespace

bool has_fitting_characters(std::string_view name) {
    return all_fit(to_code_points(name));
}

std::string fitting_display_name(std::string_view name, std::size_t code_points_max) {
    const std::string whole = to_utf8(clean(to_code_points(name)));
    const std::string_view cut = trimmed(first_code_points(trimmed(whole), code_points_max));
    const std::string fitting = to_utf8(clean(to_code_points(cut)));
    return has_visible(fitting) ? fitting : std::string{};
}

}  // namespace billet::chat
