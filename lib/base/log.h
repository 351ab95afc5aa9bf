// lib/base/log.h — Structured log: one key=value line an event, on stderr.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace billet {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Once at start, before threads. `level` as in [log] level; `process` (e.g. "api-1") becomes a
// field of every line.
void start_log(std::string_view level, std::string_view process);

// One line, written when the object ends: `ts=… level=… process=… event=… key=value …`.
// Values are quoted and escaped when they need it. Never give it content, tokens, keys or query
// strings.
// Thread-safe; costs little when the level is off.
//
//     LogLine(LogLevel::kInfo, "request").with("status", 200).with("route", "send_message");
class LogLine {
public:
    LogLine(LogLevel level, std::string_view event);
    ~LogLine();
    LogLine(const LogLine&) = delete;
    LogLine& operator=(const LogLine&) = delete;

    LogLine& with(std::string_view key, std::string_view value);
    LogLine& with(std::string_view key, const char* value) { return with(key, std::string_view(value)); }
    LogLine& with(std::string_view key, const std::string& value) { return with(key, std::string_view(value)); }
    LogLine& with(std::string_view key, std::int64_t value);
    LogLine& with(std::string_view key, std::uint64_t value);
    LogLine& with(std::string_view key, int value) { return with(key, std::int64_t{value}); }
    LogLine& with(std::string_view key, unsigned value) { return with(key, std::uint64_t{value}); }

private:
    bool enabled_;
    LogLevel level_;
    std::string text_;
};

}  // namespace billet
