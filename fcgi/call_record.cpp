// fcgi/call_record.cpp — The line of a call, and its counts.
#include "fcgi/call_record.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "lib/base/text.h"

namespace billet::fcgi {
namespace {

using Clock = std::chrono::steady_clock;

bool is_request_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

// A method as it may stand in the log: foreign text does not get there.
std::string_view known_method(std::string_view method) {
    constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    const auto* const found = std::ranges::find(kMethods, method);
    return found == kMethods.end() ? "other" : *found;
}

void write_log_line(const Request& request, const Reply& reply, const CallRecord& record, Clock::duration taken) {
    LogLine line(reply.status >= 500 ? LogLevel::kWarning : LogLevel::kInfo, "request");
    line.with("request", record.request_id)
        .with("method", known_method(request.method))
        .with("route", record.route)
        .with("status", reply.status)
        .with("duration_us", std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(taken).count()})
        .with("caller", request.from_wsd ? "wsd" : "nginx");
    if (record.user.value != 0) line.with("user", record.user.value);
    if (record.error) line.with("code", code_name(record.error->code)).with("detail", record.error->detail);
}

void count(const Reply& reply, const CallRecord& record, Clock::duration taken) {
    metrics::observe(metrics::kRequestSeconds, std::chrono::duration<double>(taken).count(), record.route);
    metrics::count(metrics::kReplies, std::to_string(reply.status));
}

}  // namespace

CallRecord::CallRecord(const Request& request)
    : request_id(is_request_id(request.request_id) ? request.request_id : random_id()) {}

Reply closed(const Request& request, const CallRecord& record, Reply reply) {
    reply.with("X-Request-Id", record.request_id).with("Cache-Control", "no-store");
    const Clock::duration taken = Clock::now() - request.read_at;
    write_log_line(request, reply, record, taken);
    count(reply, record, taken);
    return reply;
}

}  // namespace billet::fcgi
