// wsd/token_hint.cpp — The middle part of a JWT, read with all caution and believed with none.
#include "wsd/token_hint.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/crypto/base64url.h"
#include "lib/wire/json.h"

namespace billet::wsd {
namespace {

constexpr std::size_t kTokenBytesMax = 8192;  // as in fcgi/bearer.h

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= kTokenBytesMax &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::optional<UserId> user_hint(std::string_view token) {
    const auto parts = split(token, '.');
    if (parts.size() != 3) return std::nullopt;
    const auto text = crypto::from_base64url(parts[1]);
    if (!text) return std::nullopt;
    const auto claims = wire::parse_json(*text, {.bytes_max = 4096, .depth_max = 4, .values_max = 64});
    if (!claims) return std::nullopt;
    const wire::Json* subject = claims->find("sub");
    if (subject == nullptr || subject->kind != wire::JsonKind::kString) return std::nullopt;
    const auto user = parse_number(subject->text, kIdMax);
    return user && *user > 0 ? std::optional{UserId{*user}} : std::nullopt;
}

}  // namespace billet::wsd
