// lib/wire/notice.h — What a notice on the bus says, before it is sealed. Grammar, integers
// big-endian:
//   recipient u64, cursor u64 (0: ephemeral), committed_at u64 (µs since 1970), kind u8, cause
//   length u8, cause, payload to the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/result.h"

namespace billet::wire {

enum class NoticeKind : std::uint8_t {
    kEvent = 1,            // payload: the event's JSON, ready to be written as a frame
    kTyping = 2,           // payload: the typing frame's JSON
    kSessionRevoked = 3,   // payload: the session id
    kAccountDisabled = 4,  // no payload
};

inline constexpr std::size_t kNoticeCauseBytesMax = 255;

struct Notice {
    UserId recipient;
    Cursor cursor;
    Time committed_at;
    NoticeKind kind = NoticeKind::kEvent;
    // At most kNoticeCauseBytesMax bytes; of the relayed request that caused it, else empty.
    std::string cause;
    std::string payload;
};

std::string encode_notice(const Notice& notice);
// kInvalidArgument on anything that encode_notice does not make.
Result<Notice> decode_notice(std::string_view bytes);

}  // namespace billet::wire
