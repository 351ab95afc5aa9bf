// lib/wire/query.cpp — Finding, decoding and checking query parameters.
#include "lib/wire/query.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/ids.h"
#include "lib/base/text.h"

namespace billet::wire {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_negative(std::string_view text) {
    return text.size() > 1 && text[0] == '-' && all_digits(text.substr(1));
}

Error refused_number(std::string_view name, std::string_view value) {
    return invalid_argument(std::string(name), all_digits(value) || is_negative(value) ? "range" : "type");
}

}  // namespace

std::optional<std::string_view> Query::raw(std::string_view name) const {
    for (const std::string_view pair : split(text_, '&')) {
        const std::size_t equals = pair.find('=');
        const auto key = percent_decode(pair.substr(0, equals), true);
        if (!key || *key != name) continue;
        return equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    }
    return std::nullopt;
}

Result<std::optional<std::string>> Query::text(std::string_view name) const {
    const auto encoded = raw(name);
    if (!encoded) return std::optional<std::string>{};
    auto value = percent_decode(*encoded, true);
    if (!value || !is_utf8(*value)) return invalid_argument(std::string(name), "format");
    return value;
}

Result<std::optional<std::uint64_t>> Query::number(std::string_view name) const {
    auto value = text(name);
    if (!value) return std::move(value).error();
    if (!*value) return std::optional<std::uint64_t>{};
    const auto number = parse_number(**value, kIdMax);
    if (!number) return refused_number(name, **value);
    return number;
}

Result<std::size_t> Query::limit(std::size_t fallback, std::size_t max) const {
    auto value = text("limit");
    if (!value) return std::move(value).error();
    if (!*value) return std::min(fallback, max);
    const std::string& digits = **value;
    if (!all_digits(digits)) return refused_number("limit", digits);
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string::npos) return invalid_argument("limit", "range");
    const auto number = parse_number(std::string_view(digits).substr(first), max);
    return number ? static_cast<std::size_t>(*number) : max;
}

}  // namespace billet::wire
