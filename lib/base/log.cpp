// lib/base/log.cpp — spdlog on stderr; the line is made here, so that a value can never break out
// of its field.
#include "lib/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "lib/base/clock.h"

namespace billet {
namespace {

struct Log {
    std::shared_ptr<spdlog::logger> logger;
    LogLevel least = LogLevel::kInfo;
    std::string process = "billet";

    Log() : logger(std::make_shared<spdlog::logger>("billet", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
        logger->flush_on(spdlog::level::trace);
    }
};

Log& the_log() {
    static Log log;
    return log;
}

std::string_view level_name(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug: return "debug";
        case LogLevel::kInfo: return "info";
        case LogLevel::kWarning: return "warning";
        case LogLevel::kError: return "error";
    }
    return "error";
}

LogLevel level_of(std::string_view name) {
    if (name == "debug") return LogLevel::kDebug;
    if (name == "warning") return LogLevel::kWarning;
    if (name == "error") return LogLevel::kError;
    return LogLevel::kInfo;
}

bool is_plain(char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
}

// Everything but printable ASCII becomes \xNN: whatever reads the log, the line stays one line.
void append_quoted(std::string& out, std::string_view value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.push_back('"');
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += {'\\', c};
        } else if (byte < 0x20 || byte >= 0x7F) {
            out += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0x0FU]};
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

void append_value(std::string& out, std::string_view value) {
    if (!value.empty() && std::ranges::all_of(value, is_plain)) {
        out += value;
    } else {
        append_quoted(out, value);
    }
}

}  // namespace

void start_log(std::string_view level, std::string_view process) {
    the_log().least = level_of(level);
    the_log().process.clear();
    append_value(the_log().process, process);
}

LogLine::LogLine(LogLevel level, std::string_view event) : enabled_(level >= the_log().least), level_(level) {
    if (!enabled_) return;
    text_ = "ts=" + to_rfc3339(now()) + " level=";
    text_ += level_name(level);
    text_ += " process=" + the_log().process + " event=";
    append_value(text_, event);
}

LogLine::~LogLine() {
    if (!enabled_) return;
    the_log().logger->log(spdlog::level::info, spdlog::string_view_t(text_.data(), text_.size()));
}

LogLine& LogLine::with(std::string_view key, std::string_view value) {
    if (!enabled_) return *this;
    text_.push_back(' ');
    text_ += key;
    text_.push_back('=');
    append_value(text_, value);
    return *this;
}

LogLine& LogLine::with(std::string_view key, std::int64_t value) {
    return with(key, std::string_view(std::to_string(value)));
}

LogLine& LogLine::with(std::string_view key, std::uint64_t value) {
    return with(key, std::string_view(std::to_string(value)));
}

}  // namespace billet
