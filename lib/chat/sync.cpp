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
    const LimitsConfig& limits = ports.limits;
    const PageBound wanted{from ? std::min<std::size_t>(bound.items, limits.events_page_max) : 0,
                           std::min<std::size_t>(bound.bytes, limits.page_bytes)};
    auto page = ports.log.events(caller.user, from ? from->cursor : Cursor{}, wanted);
    if (!page) return std::move(page).error();
    const Cursor head = page->log.head;
    if (!from)
        return SyncPage{.events = {}, .cursor = head, .head = head, .epoch = std::move(page->epoch), .more = false};
    if (from->epoch != page->epoch) return resync(reason::kEpochChanged);
    if (from->cursor > head) return resync(reason::kAhead);
    if (from->cursor < page->log.floor) return resync(reason::kTooOld);
    // Pruned while a page was read in two answers.
    if (!page->events.empty() && page->events.front().cursor != from->cursor.next()) return resync(reason::kTooOld);
    const Cursor last = page->events.empty() ? from->cursor : page->events.back().cursor;
    return SyncPage{.events = std::move(page->events),
                    .cursor = last,
                    .head = std::max(head, last),
                    .epoch = std::move(page->epoch),
                    .more = page->more};
}

Result<Unread> get_unread(Ports& ports, const Caller& caller) {
    auto head = ports.log.head(caller.user);
    if (!head) return std::move(head).error();
    return Unread{head->total_unread, head->rooms_unread};
}

}  // namespace billet::chat
