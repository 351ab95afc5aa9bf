// lib/base/error_codes.h — Every refusal of the public contract, a row each: what it is called, how
// HTTP and the socket tell it, whether it is worth asking again. A new one is an enumerator and a
// row here and a row in docs/protocol.md; tests/unit/base_error_codes.cpp compares the contract,
// nginx and the web client with these tables.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace billet {

// In the order of kErrors. kInternal stays the last one.
enum class Code {
    kBadJson,
    kUnknownField,
    kUnauthenticated,
    kTokenExpired,
    kAccountDisabled,
    kForbidden,
    kCannotMessage,
    kNotFound,
    kMethodNotAllowed,
    kConflict,
    kIdempotencyConflict,
    kResyncRequired,
    kTooLarge,
    kUnsupportedMediaType,
    kInvalidArgument,
    kRateLimited,
    kUnavailable,
    kInternal,
};

// With which wsd ends a connection. 4000-4499: the client comes back with back-off and resumes;
// 4500-4999: it does not, until something changed.
enum class CloseCode : std::uint16_t {
    kNone = 0,
    kBinary = 1003,
    kBadUtf8 = 1007,
    kTooBig = 1009,
    kRestarting = 1012,
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

// What becomes of the same request (with its client_msg_id), asked again.
enum class Again : std::uint8_t {
    kNo,      // refused again, until it, or what it is about, is another
    kLater,   // may succeed: with a new token, after a failure
    kWaited,  // may succeed once retry_after seconds are over, which the refusal names
};

struct ErrorRow {
    Code code;
    std::string_view name;  // in JSON
    int status;             // of HTTP
    Again again;
    // Of the socket that asked; kNone: the refusal concerns the request alone.
    CloseCode close;
    // `detail` of the problem object: fixed, so that nothing internal and no id gets out
    std::string_view sentence;
};

// clang-format off
inline constexpr std::array kErrors = {
    ErrorRow{Code::kBadJson,              "bad_json",               400, Again::kNo,     CloseCode::kNone,            "the body is not the JSON that this call takes"},
    ErrorRow{Code::kUnknownField,         "unknown_field",          400, Again::kNo,     CloseCode::kNone,            "the body has a member that this call does not know"},
    ErrorRow{Code::kUnauthenticated,      "unauthenticated",        401, Again::kLater,  CloseCode::kTokenInvalid,    "no valid credentials"},
    ErrorRow{Code::kTokenExpired,         "token_expired",          401, Again::kLater,  CloseCode::kNewToken,        "the access token has expired"},
    ErrorRow{Code::kAccountDisabled,      "account_disabled",       403, Again::kLater,  CloseCode::kAccountDisabled, "the account is disabled"},
    ErrorRow{Code::kForbidden,            "forbidden",              403, Again::kNo,     CloseCode::kNone,            "not allowed"},
    ErrorRow{Code::kCannotMessage,        "cannot_message",         403, Again::kNo,     CloseCode::kNone,            "messages cannot be sent to this user"},
    ErrorRow{Code::kNotFound,             "not_found",              404, Again::kNo,     CloseCode::kNone,            "not found"},
    ErrorRow{Code::kMethodNotAllowed,     "method_not_allowed",     405, Again::kNo,     CloseCode::kNone,            "this path does not know the method"},
    ErrorRow{Code::kConflict,             "conflict",               409, Again::kNo,     CloseCode::kNone,            "the name is taken"},
    ErrorRow{Code::kIdempotencyConflict,  "idempotency_conflict",   409, Again::kNo,     CloseCode::kNone,            "this client_msg_id was used for another content"},
    ErrorRow{Code::kResyncRequired,       "resync_required",        410, Again::kNo,     CloseCode::kNone,            "the event log cannot be continued from there: load the state anew"},
    ErrorRow{Code::kTooLarge,             "too_large",              413, Again::kNo,     CloseCode::kNone,            "the request is too large"},
    ErrorRow{Code::kUnsupportedMediaType, "unsupported_media_type", 415, Again::kNo,     CloseCode::kNone,            "the body must be application/json in UTF-8"},
    ErrorRow{Code::kInvalidArgument,      "invalid_argument",       422, Again::kNo,     CloseCode::kNone,            "a value is missing or not acceptable"},
    ErrorRow{Code::kRateLimited,          "rate_limited",           429, Again::kWaited, CloseCode::kNone,            "too many requests: slow down"},
    ErrorRow{Code::kUnavailable,          "unavailable",            503, Again::kWaited, CloseCode::kNone,            "temporarily unavailable: try again"},
    ErrorRow{Code::kInternal,             "internal",               500, Again::kLater,  CloseCode::kNone,            "internal error"},
};
// clang-format on

struct CloseRow {
    CloseCode code;
    std::string_view reason;  // sent with the close frame
    bool comes_back;          // by itself
};

inline constexpr std::array kCloses = {
    CloseRow{CloseCode::kBinary, "binary frames are not taken", false},
    CloseRow{CloseCode::kBadUtf8, "not UTF-8", false},
    CloseRow{CloseCode::kTooBig, "message too big", false},
    CloseRow{CloseCode::kRestarting, "restarting", true},
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

struct StatusRow {
    int status;
    std::string_view title;
};

inline constexpr std::array kStatuses = {
    StatusRow{200, "OK"},
    StatusRow{201, "Created"},
    StatusRow{204, "No Content"},
    StatusRow{400, "Bad Request"},
    StatusRow{401, "Unauthorized"},
    StatusRow{403, "Forbidden"},
    StatusRow{404, "Not Found"},
    StatusRow{405, "Method Not Allowed"},
    StatusRow{409, "Conflict"},
    StatusRow{410, "Gone"},
    StatusRow{413, "Content Too Large"},
    StatusRow{415, "Unsupported Media Type"},
    StatusRow{422, "Unprocessable Content"},
    StatusRow{429, "Too Many Requests"},
    StatusRow{500, "Internal Server Error"},
    StatusRow{503, "Service Unavailable"},
};

// A code without a row, which the assertions below do not let be, would be kInternal.
constexpr const ErrorRow& error_row(Code code) {
    const auto at = static_cast<std::size_t>(code);
    return at < kErrors.size() ? kErrors[at] : kErrors.back();
}

// The code as it stands in JSON, e.g. "rate_limited".
constexpr std::string_view code_name(Code code) {
    return error_row(code).name;
}

constexpr std::optional<Code> code_named(std::string_view name) {
    const auto* const row = std::ranges::find(kErrors, name, &ErrorRow::name);
    return row == kErrors.end() ? std::nullopt : std::optional{row->code};
}

// The HTTP status of a code, e.g. 429.
constexpr int http_status(Code code) {
    return error_row(code).status;
}

// The title of a status that Billet answers with, e.g. "Too Many Requests".
constexpr std::string_view http_title(int status) {
    const auto* const row = std::ranges::find(kStatuses, status, &StatusRow::status);
    return row == kStatuses.end() ? std::string_view{"Internal Server Error"} : row->title;
}

// Empty for kNone.
constexpr std::string_view close_reason(CloseCode code) {
    const auto* const row = std::ranges::find(kCloses, code, &CloseRow::code);
    return row == kCloses.end() ? std::string_view{} : row->reason;
}

namespace error_tables {

constexpr bool are_in_order() {
    for (std::size_t at = 0; at < kErrors.size(); ++at) {
        if (kErrors[at].code != Code{static_cast<int>(at)}) return false;
    }
    return kErrors.back().code == Code::kInternal;
}

constexpr bool name_what_is_there() {
    return std::ranges::all_of(kErrors, [](const ErrorRow& row) {
        return std::ranges::find(kStatuses, row.status, &StatusRow::status) != kStatuses.end() &&
               (row.close == CloseCode::kNone || !close_reason(row.close).empty());
    });
}

// Clients go by the number alone.
constexpr bool numbers_tell_who_comes_back() {
    return std::ranges::all_of(kCloses, [](const CloseRow& row) {
        const auto number = static_cast<unsigned>(row.code);
        return number < 4000 || row.comes_back == (number < 4500);
    });
}

static_assert(are_in_order() && name_what_is_there() && numbers_tell_who_comes_back());

}  // namespace error_tables

}  // namespace billet
