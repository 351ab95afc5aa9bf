// fcgi/bearer.cpp — Cutting the scheme off.
#include "fcgi/bearer.h"

#include <strings.h>

#include <algorithm>

namespace billet::fcgi {
namespace {

bool is_token_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~' || c == '+' || c == '/' || c == '=';
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    if (authorization.size() <= kScheme.size()) return std::nullopt;
    if (strncasecmp(authorization.data(), kScheme.data(), kScheme.size()) != 0) return std::nullopt;
    std::string_view token = authorization.substr(kScheme.size());
    while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
    if (token.empty() || token.size() > kTokenBytesMax || !std::ranges::all_of(token, is_token_character))
        return std::nullopt;
    return token;
}

}  // namespace billet::fcgi
