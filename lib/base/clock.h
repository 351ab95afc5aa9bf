// lib/base/clock.h — Time of day in UTC with microseconds, and its text form.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace billet {

// A moment in UTC, microseconds since 1970-01-01T00:00:00Z.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

Time now();

// "2024-03-14T12:00:00.123456Z", always with six digits.
std::string to_rfc3339(Time time);
void append_rfc3339(std::string& text, Time time);
// The inverse, for exactly that form with 0 to 6 fractional digits; nullopt for anything else.
std::optional<Time> from_rfc3339(std::string_view text);

// "2024-03-14 12:00:00.123456", the form of a DATETIME(6) column in UTC.
std::string to_sql_datetime(Time time);
std::optional<Time> from_sql_datetime(std::string_view text);

}  // namespace billet
