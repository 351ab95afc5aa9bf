// lib/wire/log_position.cpp — Two parameters, read and written.
#include "lib/wire/log_position.h"

#include "lib/base/text.h"

namespace billet::wire {
namespace {

constexpr std::string_view kCursor = "cursor";
constexpr std::string_view kEpoch = "epoch";

}  // namespace

Result<std::optional<chat::LogPosition>> read_log_position(const Query& query) {
    const auto cursor = query.number(kCursor);
    if (!cursor) return cursor.error();
    if (!*cursor) return std::optional<chat::LogPosition>{};
    auto epoch = query.text(kEpoch);
    if (!epoch) return std::move(epoch).error();
    if (!*epoch || (*epoch)->empty()) return invalid_argument(std::string(kEpoch), "required");
    return std::optional{chat::LogPosition{Cursor{**cursor}, std::move(**epoch)}};
}

void append_log_position(std::string& query, const chat::LogPosition& position) {
    query.append("&").append(kCursor).append("=") += std::to_string(position.cursor.value);
    query.append("&").append(kEpoch).append("=") += percent_encode(position.epoch);
}

}  // namespace billet::wire
