// lib/base/error.cpp — Names and makers of errors.
#include "lib/base/error.h"

#include <utility>

namespace billet {

std::string_view code_name(Code code) {
    switch (code) {
        case Code::kBadJson: return "bad_json";
        case Code::kUnknownField: return "unknown_field";
        case Code::kUnauthenticated: return "unauthenticated";
        case Code::kTokenExpired: return "token_expired";
        case Code::kAccountDisabled: return "account_disabled";
        case Code::kForbidden: return "forbidden";
        case Code::kCannotMessage: return "cannot_message";
        case Code::kNotFound: return "not_found";
        case Code::kMethodNotAllowed: return "method_not_allowed";
        case Code::kConflict: return "conflict";
        case Code::kIdempotencyConflict: return "idempotency_conflict";
        case Code::kResyncRequired: return "resync_required";
        case Code::kTooLarge: return "too_large";
        case Code::kUnsupportedMediaType: return "unsupported_media_type";
        case Code::kInvalidArgument: return "invalid_argument";
        case Code::kRateLimited: return "rate_limited";
        case Code::kUnavailable: return "unavailable";
        case Code::kInternal: return "internal";
    }
    return "internal";
}

Error make_error(Code code, std::string detail) {
    return {.code = code, .detail = std::move(detail), .retry_after = {}, .fields = {}, .reason = {}};
}

Error invalid_argument(std::string field, std::string field_code) {
    Error error = make_error(Code::kInvalidArgument, field + ": " + field_code);
    error.fields.push_back({std::move(field), std::move(field_code)});
    return error;
}

Error unavailable(std::string detail, std::chrono::seconds retry_after) {
    Error error = make_error(Code::kUnavailable, std::move(detail));
    error.retry_after = retry_after;
    return error;
}

}  // namespace billet
