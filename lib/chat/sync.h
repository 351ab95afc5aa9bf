// lib/chat/sync.h — Reading one's own event log from a position, and the unread totals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/chat/ports.h"

namespace billet::chat {

struct LogPosition {
    Cursor cursor;
    std::string epoch;
};

struct SyncPage {
    std::vector<Event> events;
    Cursor cursor;  // the position after the last event given; the head when more is false
    Cursor head;
    std::string epoch;
    bool more = false;
};

// Without a position: the head and no events. `bound` is cut to [limits] events_page_max and
// page_bytes.
// Errors: kResyncRequired with reason epoch_changed, too_old or ahead; kUnavailable.
Result<SyncPage> read_log(Ports& ports, const Caller& caller, const std::optional<LogPosition>& from, PageBound bound);

struct Unread {
    std::uint64_t total_unread = 0;
    std::uint64_t rooms_unread = 0;
};

Result<Unread> get_unread(Ports& ports, const Caller& caller);

}  // namespace billet::chat
