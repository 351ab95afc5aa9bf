// lib/chat/sync.cpp — Reading the log, and refusing positions that it cannot continue from.
#include "lib/chat/sync.h"

#include <algorithm>

#include "lib/base/config/limits.h"

namespace billet::chat {
namespace {

Error resync(std::string_view why) {
    Error error = make_error(Code::kResyncRequired, std::string(why));
    error.reason = why;
    return error;
}

}  // namespace

Result<SyncPage> read_log(Ports& ports, const Caller& caller, const std::optional<LogPosition>& from, PageBound bound) {
    auto epoch = ports.log.epoch();
    if (!epoch) return std::move(epoch).error();
    auto head = ports.log.head(caller.user);
    if (!head) return std::move(head).error();
    if (!from) return SyncPage{.events = {}, .cursor = head->head, .head = head->head, .epoch = *epoch, .more = false};
    if (from->epoch != *epoch) return resync(reason::kEpochChanged);
    if (from->cursor > head->head) return resync(reason::kAhead);
    if (from->cursor < head->floor) return resync(reason::kTooOld);

    const LimitsConfig& limits = ports.limits;
    auto page = ports.log.events(caller.user, from->cursor,
                                 {std::min<std::size_t>(bound.items, limits.events_page_max),
                                  std::min<std::size_t>(bound.bytes, limits.page_bytes)});
    if (!page) return std::move(page).error();
    // Pruned between the two reads.
    if (!page->events.empty() && page->events.front().cursor != from->cursor.next()) return resync(reason::kTooOld);
    const Cursor last = page->events.empty() ? from->cursor : page->events.back().cursor;
    return SyncPage{.events = std::move(page->events),
                    .cursor = last,
                    .head = std::max(head->head, last),
                    .epoch = *epoch,
                    .more = page->more};
}

Result<Unread> get_unread(Ports& ports, const Caller& caller) {
    auto head = ports.log.head(caller.user);
    if (!head) return std::move(head).error();
    return Unread{head->total_unread, head->rooms_unread};
}

}  // namespace billet::chat
