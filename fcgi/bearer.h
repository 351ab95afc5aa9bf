// fcgi/bearer.h — The token in an Authorization header.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace billet::fcgi {

inline constexpr std::size_t kTokenBytesMax = 8192;

// `Bearer TOKEN`, the scheme in any case; nullopt for anything else, or a token that is empty, too
// long or not of the characters of RFC 6750.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace billet::fcgi
