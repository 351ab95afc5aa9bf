// lib/base/error.h — What can go wrong, as a caller must tell it apart.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace billet {

// The outcome codes of the public contract; each edge (HTTP status, close code) translates them in one place.
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

// The code as it stands in JSON, e.g. "rate_limited".
std::string_view code_name(Code code);

// One refused member of a request. `code` is one of: required, unknown, type, range, length, format, conflict.
struct FieldError {
    std::string field;
    std::string code;

    bool operator==(const FieldError&) const = default;
};

struct Error {
    Code code = Code::kInternal;
    // For the log of the operator; it never leaves the process.
    std::string detail;
    // Whole seconds until a repetition makes sense; set on kRateLimited and kUnavailable.
    std::chrono::seconds retry_after{0};
    // For kInvalidArgument: which members, and why.
    std::vector<FieldError> fields;
    // A machine-readable refinement that a peer process needs, e.g. "too_old", "revoked"; mostly empty.
    std::string reason;
};

Error make_error(Code code, std::string detail = {});
Error invalid_argument(std::string field, std::string field_code);
Error unavailable(std::string detail, std::chrono::seconds retry_after = std::chrono::seconds{1});

}  // namespace billet
