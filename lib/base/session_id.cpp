// lib/base/session_id.cpp — Making and reading the ids of hosts' sessions.
#include "lib/base/session_id.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/text.h"

namespace billet {
namespace {

using std::chrono::seconds;

constexpr std::size_t kRowIdBytes = 33;
constexpr std::int64_t kSecondsMax = 9'999'999'999;

}  // namespace

std::string host_session_id(std::string_view hash, Time issued_at) {
    const std::int64_t since = std::chrono::duration_cast<seconds>(issued_at.time_since_epoch()).count();
    return "h" + std::string(hash) + "-" + std::to_string(std::clamp<std::int64_t>(since, 0, kSecondsMax));
}

std::optional<Time> host_session_issued_at(std::string_view session_id) {
    if (session_id.size() <= kRowIdBytes + 1 || session_id[0] != 'h' || session_id[kRowIdBytes] != '-')
        return std::nullopt;
    const auto since = parse_number(session_id.substr(kRowIdBytes + 1), kSecondsMax);
    if (!since) return std::nullopt;
    return Time{seconds{*since}};
}

bool is_host_session_up_to(std::string_view session_id, const std::optional<Time>& moment) {
    const auto issued_at = host_session_issued_at(session_id);
    return issued_at && moment && *issued_at <= *moment;
}

std::string_view session_row_id(std::string_view session_id) {
    return host_session_issued_at(session_id) ? session_id.substr(0, kRowIdBytes) : session_id;
}

}  // namespace billet
