// lib/base/unicode.h — What characters are (by utf8proc's tables of the Unicode database) and what
// becomes of a text by its rules.
// All texts are well-formed UTF-8 (is_utf8 in text.h); what follows a malformed byte is left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace billet {

// The properties are Unicode's own: White_Space; Cc with the line and paragraph separators;
// Default_Ignorable_Code_Point, assigned or reserved; Extended_Pictographic, assigned or reserved;
// General_Category L or M.
bool is_white_space(char32_t c);
bool is_control(char32_t c);
bool is_ignorable(char32_t c);
bool is_pictographic(char32_t c);
bool is_letter_or_mark(char32_t c);
// Format characters (Cf) but for the few that are drawn, such as U+06DD ARABIC END OF AYAH.
bool is_unseen_format(char32_t c);
// Something is drawn for it: neither white space, control, ignorable or unseen format, nor one of
// the few symbols whose picture is empty.
bool shows(char32_t c);

// At least one character that shows.
bool has_visible(std::string_view text);
// Without white space at both ends.
std::string_view trimmed(std::string_view text);

std::u32string to_code_points(std::string_view text);
std::string to_utf8(std::u32string_view points);

// The beginning of `text`, at most `count` code points of it, cut between two characters as a
// reader counts them (grapheme clusters).
// A cluster that is longer than `count` by itself is cut anywhere.
std::string_view first_code_points(std::string_view text, std::size_t count);

// For comparing without regard to case, width and ignorable characters: NFKC_Casefold. A text that
// is no UTF-8 stays as it is.
std::string folded(std::string_view text);

// Folded, with Latin letters as a keyboard without accents writes them: "Łódź" is "lodz", "Ærø" is
// "aero". Other scripts only lose their marks.
std::string without_accents(std::string_view text);

}  // namespace billet
