// wsd/events.cpp — Sending while there is room.
#include "wsd/events.h"

#include "wsd/memory.h"

namespace billet::wsd {

void Events::hold(Cursor cursor, const FramePtr& frame) {
    if (waiting.held + frame->size() > client_.services().config.wsd.held_bytes) return sequencer_.raise_head(cursor);
    sequencer_.hold(cursor, frame);
}

void Events::send_ready() {
    while (has_room()) {
        if (own_ == sequencer_.last().next()) return;
        const FramePtr frame = sequencer_.take_next();
        if (frame == nullptr) return;
        send(frame);
    }
}

// Once all outboxes together are full, only what the socket takes at once.
bool Events::has_room() {
    if (is_full_ || client_.outbox_max() > 0 || client_.takes_frame_at_once()) return !is_full_;
    is_full_ = true;
    client_.socket().want_writable();
    return false;
}

void Events::send(const FramePtr& frame) {
    ++client_.services().counters.delivered;
    client_.send(frame, Waits::kLive);
    look_at_bound();
}

// What the reader does not take is let go and asked for again, in smaller pages: two hundred of the
// longest messages are 5 MB.
Events::SentPage Events::send_page(const wire::LogPage& page) {
    SentPage sent;
    sequencer_.raise_head(page.head);
    for (const wire::LogEvent& event : page.events) {
        if (event.cursor <= sequencer_.last()) continue;
        sent.is_whole = client_.outbox().bytes() <= client_.outbox_max();
        if (!sent.is_whole) break;
        ++sent.events;
        sent.is_continued = event.cursor == sequencer_.last().next();
        if (!sent.is_continued) return sent;
        ++client_.services().counters.delivered;
        client_.send(sequencer_.take_from_log(event.json), Waits::kPaced);
    }
    look_at_bound();
    return sent;
}

bool Events::has_fallen_behind() {
    // While it says hello there is no place in the log to go on from; the welcome's page looks at
    // the bound anew.
    if (!client_.is_live() || !is_full_ || client_.outbox().bytes() > client_.outbox_max() / 2) return false;
    is_full_ = false;
    send_ready();
    return !is_full_ && sequencer_.is_behind();
}

void Events::reset() {
    sequencer_.reset();
    own_ = Cursor{};
}

}  // namespace billet::wsd
