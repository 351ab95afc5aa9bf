// lib/base/text.h — Small questions about text that every edge asks in the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billet {

// True iff `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
// U+10FFFF).
bool is_utf8(std::string_view text);

// Code points of well-formed UTF-8.
std::size_t code_points(std::string_view text);

// Bytes of well-formed UTF-8 `text` between the quotes of a JSON string, as lib/wire writes it: a
// control character takes two or six.
std::size_t json_bytes(std::string_view text);

// A decimal number without sign, blanks, leading zeros or a value above `max`; nullopt for anything
// else.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max);

// RFC 3986 percent-decoding; `plus_is_space` as in application/x-www-form-urlencoded. nullopt on a
// broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// Escapes all but the unreserved characters.
std::string percent_encode(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

// Lower-case hex, both ways; from_hex gives nullopt on an odd length or a foreign character.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);

// 16 random bytes from the kernel as 32 hex digits: request ids, incarnation ids, client_msg_ids
// that the server makes.
std::string random_id();

}  // namespace billet
