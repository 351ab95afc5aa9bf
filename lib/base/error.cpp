// lib/base/error.cpp — Makers of errors.
#include "lib/base/error.h"

#include <utility>

namespace billet {

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
