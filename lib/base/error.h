// lib/base/error.h — What can go wrong, as a caller must tell it apart.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error_codes.h"

namespace billet {

// What Error::reason says; each reader compares with these.
namespace reason {
// Of a refused token.
inline constexpr std::string_view kInvalid = "invalid";
inline constexpr std::string_view kExpired = "expired";
inline constexpr std::string_view kRevoked = "revoked";
// Of kResyncRequired, and in the frame resync_required.
inline constexpr std::string_view kEpochChanged = "epoch_changed";
inline constexpr std::string_view kTooOld = "too_old";
inline constexpr std::string_view kAhead = "ahead";
}  // namespace reason

// One refused member of a request. `code` is one of: required, unknown, type, range, length,
// format, conflict.
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
    // A machine-readable refinement that a peer process needs: of namespace reason where that has a
    // word for it; mostly empty.
    std::string reason;
};

Error make_error(Code code, std::string detail = {});
Error invalid_argument(std::string field, std::string field_code);
Error unavailable(std::string detail, std::chrono::seconds retry_after = std::chrono::seconds{1});

}  // namespace billet
