// lib/wire/notice.cpp — The notice's bytes.
#include "lib/wire/notice.h"

#include <cassert>
#include <cstdint>

namespace billet::wire {
namespace {

constexpr std::size_t kFixedBytes = 8 + 8 + 8 + 1 + 1;

void put_u64(std::string& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU));
}

std::uint64_t get_u64(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes.substr(0, 8)) value = (value << 8U) | static_cast<unsigned char>(c);
    return value;
}

Error malformed(const char* why) {
    return invalid_argument("notice", why);
}

}  // namespace

std::string encode_notice(const Notice& notice) {
    assert(notice.cause.size() <= kNoticeCauseBytesMax);
    std::string out;
    out.reserve(kFixedBytes + notice.cause.size() + notice.payload.size());
    put_u64(out, notice.recipient.value);
    put_u64(out, notice.cursor.value);
    put_u64(out, static_cast<std::uint64_t>(notice.committed_at.time_since_epoch().count()));
    out.push_back(static_cast<char>(notice.kind));
    out.push_back(static_cast<char>(notice.cause.size()));
    out += notice.cause;
    out += notice.payload;
    return out;
}

Result<Notice> decode_notice(std::string_view bytes) {
    if (bytes.size() < kFixedBytes) return malformed("length");
    Notice notice;
    notice.recipient = UserId{get_u64(bytes)};
    notice.cursor = Cursor{get_u64(bytes.substr(8))};
    notice.committed_at = Time{std::chrono::microseconds{static_cast<std::int64_t>(get_u64(bytes.substr(16)))}};
    const auto kind = static_cast<unsigned char>(bytes[24]);
    if (kind < 1 || kind > 4) return malformed("kind");
    notice.kind = static_cast<NoticeKind>(kind);
    const std::size_t cause_bytes = static_cast<unsigned char>(bytes[25]);
    bytes.remove_prefix(kFixedBytes);
    if (bytes.size() < cause_bytes) return malformed("cause");
    notice.cause = bytes.substr(0, cause_bytes);
    notice.payload = bytes.substr(cause_bytes);
    return notice;
}

}  // namespace billet::wire
