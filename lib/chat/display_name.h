// lib/chat/display_name.h — Which characters a display name may hold, and how a foreign name is
// made to fit.
//
// A name is free of control characters, of bidi controls and of everything else that shows nothing
// (Default_Ignorable_Code_Point), but for those that belong to what people write, each only in its
// place:
//   U+200C, U+200D   after a letter or mark of a script that joins letters (Arabic to Mongolian,
//   the scripts of India and South-East Asia);
//                    U+200D also between two pictures that are one emoji
//   U+FE0E, U+FE0F   after a character that can be an emoji, digits among them; U+FE00-FE0F and
//   U+E0100-E01EF after a Han character U+180B-180F      after a Mongolian letter
//   U+E0020-E007F    after U+1F3F4 and ended by U+E007F: the flags of regions
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace billet::chat {

// Well-formed UTF-8 `name` obeys the rules above.
bool has_fitting_characters(std::string_view name);

// What becomes of a name that somebody else has chosen: what does not fit is left out, white space
// at the ends too, and at most `code_points_max` code points stay. Empty when nothing that shows is
// left.
std::string fitting_display_name(std::string_view name, std::size_t code_points_max);

}  // namespace billet::chat
