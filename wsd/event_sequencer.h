// wsd/event_sequencer.h — One connection's position in its user's event log: what may be sent next,
// what must wait, and whether something is missing.
//
// The promise kept here: cursors leave in order, each once, none skipped. What cannot be sent yet
// is held for a while; what no longer fits is only remembered as a number, and comes from the log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ids.h"
#include "wsd/frame.h"

namespace billet::wsd {

// The reply to a send whose message is new.
struct Ack {
    std::optional<std::string> id;  // the client's, of its request
    std::string payload;            // JSON

    std::size_t bytes() const { return id.value_or("").size() + payload.size(); }
};

// Costs two numbers while nothing waits.
class EventSequencer {
public:
    EventSequencer() = default;
    ~EventSequencer() { reset(); }
    EventSequencer(const EventSequencer&) = delete;
    EventSequencer& operator=(const EventSequencer&) = delete;

    // Everything up to `last` has been sent, or is known to the client. What was held above it
    // stays.
    void start(Cursor last);
    // Forgets position, held events and acks.
    void reset();

    Cursor last() const { return last_; }
    // The highest cursor that is known to exist.
    Cursor head() const { return head_; }
    void raise_head(Cursor head);
    // Something known to exist has not been sent.
    bool is_behind() const { return last_ < head_; }

    // An event as the bus told it. Events that are known already, or do not fit, are dropped; the
    // head is raised all the same.
    void hold(Cursor cursor, FramePtr frame);
    // To be sent in the place of the event `cursor`, which must be above last().
    void put_ack(Cursor cursor, Ack ack);
    // Those whose turn never comes, in order: the log is not continued.
    std::vector<Ack> take_acks();
    std::size_t acks_waiting() const { return pending_ == nullptr ? 0 : pending_->acks.size(); }
    std::size_t acks_bytes() const { return pending_ == nullptr ? 0 : pending_->acks_bytes; }

    // The event `cursor` is the next one and the newest that is known, and nothing is held: the
    // caller sends its frame, and it counts as sent.
    // The usual case, which spares the caller hold() and take_next().
    bool pass(Cursor cursor) {
        if (cursor != last_.next() || head_ > cursor || pending_ != nullptr) return false;
        last_ = head_ = cursor;
        return true;
    }

    // The next frame in order if it is at hand, else nullptr; it counts as sent.
    FramePtr take_next();
    // The event last() + 1 as it was read from the log; gives the frame to send, which is the ack
    // if there is one. It counts as sent.
    FramePtr take_from_log(std::string_view event);

private:
    struct Held {
        Cursor cursor;
        FramePtr frame;
    };
    struct WaitingAck {
        Cursor cursor;
        Ack ack;
    };
    // Both ascending, all above last_.
    struct Pending {
        std::vector<Held> held;
        std::vector<WaitingAck> acks;  // never dropped
        std::size_t held_bytes = 0;
        std::size_t acks_bytes = 0;
    };

    Cursor last_;
    Cursor head_;
    std::unique_ptr<Pending> pending_;  // nullptr: nothing

    Pending& pending();
    void forget_if_empty();
    void drop_held_up_to(Cursor cursor);
    FramePtr take_ack(Cursor cursor);
};

}  // namespace billet::wsd
