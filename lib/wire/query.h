// lib/wire/query.h — The parameters of a query string, read in one way everywhere.
//
// Unknown parameters are ignored. Of a repeated one the first counts. Names and values are
// percent-decoded, '+' is a blank.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace billet::wire {

class Query {
public:
    // `text` must outlive the object.
    explicit Query(std::string_view text) : text_(text) {}

    // nullopt when absent. kInvalidArgument (format) on a broken escape or text that is no UTF-8.
    Result<std::optional<std::string>> text(std::string_view name) const;
    // A number of 0..2^53-1. kInvalidArgument: type, or range.
    Result<std::optional<std::uint64_t>> number(std::string_view name) const;
    // `fallback` when absent; cut to `max`. kInvalidArgument: type (no whole number), or range
    // (zero or negative).
    Result<std::size_t> limit(std::size_t fallback, std::size_t max) const;

private:
    std::optional<std::string_view> raw(std::string_view name) const;

    std::string_view text_;
};

}  // namespace billet::wire
