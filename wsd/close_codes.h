// wsd/close_codes.h — Every code with which wsd ends a connection, and the one place that makes them of errors.
// 4000-4499: the client comes back with back-off and resumes; 4500-4999: it does not, until something changed.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace billet::wsd {

enum class CloseCode : std::uint16_t {
    kNone = 0,
    kRestarting = 1012,
    kBinary = 1003,
    kBadUtf8 = 1007,
    kTooBig = 1009,
    kInternal = 4000,
    kNoContinuity = 4001,
    kSlowReader = 4002,
    kNoPong = 4003,
    kNewToken = 4401,
    kNoHello = 4408,
    kTooManyFrames = 4429,
    kMalformed = 4500,
    kTokenInvalid = 4501,
    kAccountDisabled = 4503,
    kTooManyConnections = 4504,
};

struct CloseRow {
    CloseCode code;
    std::string_view reason;  // sent with the close frame
    bool retry;               // whether the client comes back by itself
};

inline constexpr std::array kCloseTable = {
    CloseRow{CloseCode::kRestarting, "restarting", true},
    CloseRow{CloseCode::kBinary, "binary frames are not taken", false},
    CloseRow{CloseCode::kBadUtf8, "not UTF-8", false},
    CloseRow{CloseCode::kTooBig, "message too big", false},
    CloseRow{CloseCode::kInternal, "internal error", true},
    CloseRow{CloseCode::kNoContinuity, "continuity cannot be proved", true},
    CloseRow{CloseCode::kSlowReader, "slow reader", true},
    CloseRow{CloseCode::kNoPong, "no pong", true},
    CloseRow{CloseCode::kNewToken, "a new token is needed", true},
    CloseRow{CloseCode::kNoHello, "no hello in time", true},
    CloseRow{CloseCode::kTooManyFrames, "too many frames or resumes", true},
    CloseRow{CloseCode::kMalformed, "malformed frames", false},
    CloseRow{CloseCode::kTokenInvalid, "invalid token", false},
    CloseRow{CloseCode::kAccountDisabled, "account disabled", false},
    CloseRow{CloseCode::kTooManyConnections, "too many connections", false},
};

constexpr std::string_view close_reason(CloseCode code) {
    for (const CloseRow& row : kCloseTable) {
        if (row.code == code) return row.reason;
    }
    return {};
}

// The label in metrics of a code that a client has closed with: it may choose any number, and each would make a series.
inline std::string client_close_label(unsigned code) {
    constexpr std::array<unsigned, 5> kUsual = {1000, 1001, 1002, 1005, 1006};
    return std::ranges::find(kUsual, code) != kUsual.end() ? std::to_string(code) : "other";
}

// What the api's refusal of a token means for the connection that it came from. `reason` is the error's refinement: invalid, expired or revoked.
// kNone: the refusal concerns one request, not the connection. So does one whose code is not known.
constexpr CloseCode close_code_of(std::optional<Code> code, std::string_view reason) {
    if (!code) return CloseCode::kNone;
    switch (*code) {
        case Code::kTokenExpired: return CloseCode::kNewToken;
        case Code::kUnauthenticated:
            return reason == "revoked" || reason == "expired" ? CloseCode::kNewToken : CloseCode::kTokenInvalid;
        case Code::kAccountDisabled: return CloseCode::kAccountDisabled;
        case Code::kBadJson:
        case Code::kUnknownField:
        case Code::kForbidden:
        case Code::kCannotMessage:
        case Code::kNotFound:
        case Code::kMethodNotAllowed:
        case Code::kConflict:
        case Code::kIdempotencyConflict:
        case Code::kResyncRequired:
        case Code::kTooLarge:
        case Code::kUnsupportedMediaType:
        case Code::kInvalidArgument:
        case Code::kRateLimited:
        case Code::kUnavailable:
        case Code::kInternal: return CloseCode::kNone;
    }
    return CloseCode::kNone;
}

}  // namespace billet::wsd
