// wsd/kept_token.cpp — Numbers as varints, ids of 32 hexadecimal digits as 16 bytes, the signature
// as bytes.
#include "wsd/kept_token.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "lib/base/text.h"
#include "lib/crypto/base64url.h"

namespace billet::wsd {
namespace {

// A host application's tokens may have names in them, and so a shape each: those beyond are kept as
// they are. The first byte says which shape, or that there is none.
constexpr std::size_t kShapesMax = 64;
constexpr char kPlain = '\xFF';

constexpr char kNumberMark = '\x01';
constexpr char kIdMark = '\x02';
constexpr std::size_t kIdDigits = 32;

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Of an id, 32 hexadecimal digits in lower case.
std::optional<std::string> id_bytes(std::string_view word) {
    if (word.size() != kIdDigits) return std::nullopt;
    auto bytes = from_hex(word);
    return bytes && to_hex(*bytes) == word ? std::move(bytes) : std::nullopt;
}

void put_number(std::string& bytes, std::uint64_t number) {
    for (; number > 0x7F; number >>= 7U) bytes += static_cast<char>(0x80U | (number & 0x7FU));
    bytes += static_cast<char>(number);
}

std::uint64_t take_number(std::string_view& bytes) {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        number |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte <= 0x7F) return number;
    }
}

std::string_view take(std::string_view& bytes, std::size_t count) {
    const std::string_view taken = bytes.substr(0, count);
    bytes.remove_prefix(count);
    return taken;
}

// The claims with marks in them, and what the marks stand for.
struct Split {
    std::string shape;
    std::string values;
};

Split split_claims(std::string_view claims) {
    Split split;
    while (!claims.empty()) {
        const auto end = std::ranges::find_if_not(claims, is_word);
        const std::string_view word = claims.substr(0, static_cast<std::size_t>(end - claims.begin()));
        if (const auto number = parse_number(word, UINT64_MAX)) {
            split.shape += kNumberMark;
            put_number(split.values, *number);
        } else if (const auto id = id_bytes(word)) {
            split.shape += kIdMark;
            split.values += *id;
        } else {
            split.shape += claims.substr(0, std::max<std::size_t>(1, word.size()));
        }
        claims.remove_prefix(std::max<std::size_t>(1, word.size()));
    }
    return split;
}

// Takes the values off the front of `bytes`.
std::string join_claims(std::string_view shape, std::string_view& bytes) {
    std::string claims;
    for (const char c : shape) {
        if (c == kNumberMark) {
            claims += std::to_string(take_number(bytes));
        } else if (c == kIdMark) {
            claims += to_hex(take(bytes, kIdDigits / 2));
        } else {
            claims += c;
        }
    }
    return claims;
}

// Whether they can be told from the marks.
bool is_printable(std::string_view claims) {
    return std::ranges::none_of(claims, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Of a part of a token: nullopt if another text would have the same bytes.
std::optional<std::string> bytes_of(std::string_view part) {
    auto bytes = crypto::from_base64url(part);
    return bytes && crypto::base64url(*bytes) == part ? std::move(bytes) : std::nullopt;
}

}  // namespace

std::size_t KeptTokens::index_of(Shape shape) {
    const auto found = std::ranges::find(shapes_, shape);
    const auto index = static_cast<std::size_t>(found - shapes_.begin());
    if (found == shapes_.end() && index < kShapesMax) shapes_.push_back(std::move(shape));
    return index;
}

std::string KeptTokens::pack(std::string_view token) {
    std::string plain = kPlain + std::string(token);
    const auto parts = split(token, '.');
    if (parts.size() != 3) return plain;
    const auto claims = bytes_of(parts[1]);
    const auto signature = bytes_of(parts[2]);
    if (!claims || !signature || !is_printable(*claims)) return plain;
    Split split = split_claims(*claims);
    const std::size_t index = index_of({std::string(parts[0]), std::move(split.shape)});
    return index < shapes_.size() ? static_cast<char>(index) + split.values + *signature : plain;
}

std::string KeptTokens::token(std::string_view packed) const {
    if (packed.empty()) return {};
    const char first = packed.front();
    packed.remove_prefix(1);
    if (first == kPlain) return std::string(packed);
    const Shape& shape = shapes_.at(static_cast<unsigned char>(first));
    const std::string claims = join_claims(shape.claims, packed);
    return shape.header + "." + crypto::base64url(claims) + "." + crypto::base64url(packed);
}

}  // namespace billet::wsd
