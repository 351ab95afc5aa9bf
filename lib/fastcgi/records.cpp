// lib/fastcgi/records.cpp — Lengths, headers, and what they bound.
#include "lib/fastcgi/records.h"

#include <algorithm>
#include <cassert>

namespace billet::fastcgi {
namespace {

std::size_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::size_t two_bytes_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1);
}

void append_byte(std::string& out, std::size_t value) {
    out.push_back(static_cast<char>(value & 0xFFU));
}

void append_two_bytes(std::string& out, std::size_t value) {
    append_byte(out, value >> 8U);
    append_byte(out, value);
}

std::optional<std::size_t> next_length(std::string_view& bytes) {
    if (bytes.empty()) return std::nullopt;
    const bool is_long = (byte_at(bytes, 0) & 0x80U) != 0;
    if (is_long && bytes.size() < 4) return std::nullopt;
    const std::size_t length =
        is_long ? (two_bytes_at(bytes, 0) & 0x7FFFU) << 16U | two_bytes_at(bytes, 2) : byte_at(bytes, 0);
    bytes.remove_prefix(is_long ? 4 : 1);
    return length;
}

void append_length(std::string& out, std::size_t length) {
    if (length < 0x80) return append_byte(out, length);
    append_two_bytes(out, length >> 16U | 0x8000U);
    append_two_bytes(out, length);
}

}  // namespace

Next next_record(std::string_view& bytes, Record& record) {
    if (!bytes.empty() && byte_at(bytes, 0) != kVersion) return Next::kMalformed;
    if (bytes.size() < kHeaderBytes) return Next::kIncomplete;
    const std::size_t length = two_bytes_at(bytes, 4);
    const std::size_t whole = kHeaderBytes + length + byte_at(bytes, 6);
    record = {.type = Type{static_cast<unsigned char>(bytes[1])}, .request_id = two_bytes_at(bytes, 2), .content = {}};
    if (bytes.size() < whole) return Next::kIncomplete;
    record.content = bytes.substr(kHeaderBytes, length);
    bytes.remove_prefix(whole);
    return Next::kRecord;
}

void append_record(std::string& out, Type type, std::size_t request_id, std::string_view content) {
    assert(content.size() <= kContentMax);
    append_byte(out, kVersion);
    append_byte(out, static_cast<unsigned char>(type));
    append_two_bytes(out, request_id);
    append_two_bytes(out, content.size());
    append_two_bytes(out, 0);  // no padding, and a reserved byte
    out += content;
}

void append_stream(std::string& out, Type type, std::size_t request_id, std::string_view content) {
    while (!content.empty()) {
        append_record(out, type, request_id, content.substr(0, kContentMax));
        content.remove_prefix(std::min(content.size(), kContentMax));
    }
    append_record(out, type, request_id, {});
}

std::optional<Pair> next_pair(std::string_view& bytes) {
    const auto name = next_length(bytes);
    const auto value = name ? next_length(bytes) : std::nullopt;
    if (!value || *name > bytes.size() || *value > bytes.size() - *name) return std::nullopt;
    const Pair pair{bytes.substr(0, *name), bytes.substr(*name, *value)};
    bytes.remove_prefix(*name + *value);
    return pair;
}

void append_pair(std::string& out, const Pair& pair) {
    append_length(out, pair.first.size());
    append_length(out, pair.second.size());
    out.append(pair.first).append(pair.second);
}

}  // namespace billet::fastcgi
