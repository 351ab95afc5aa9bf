// lib/crypto/base64url.h — RFC 4648 section 5 without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billet::crypto {

std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace billet::crypto
