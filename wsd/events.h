// wsd/events.h — The events of one client on their way out: in order, from the bus and from the
// log, never more than its reader takes.
#pragma once

#include <cstdint>

#include "wsd/client.h"
#include "wsd/event_sequencer.h"

namespace billet::wsd {

class Events {
public:
    // The client must outlive it.
    explicit Events(Client& client) : client_(client) {}

    Client& client() const { return client_; }
    // The client's place in its log: what it has been sent, what is known to exist, acks that wait
    // for their turn.
    EventSequencer& sequencer() { return sequencer_; }
    const EventSequencer& sequencer() const { return sequencer_; }

    // The usual case, which spares the caller hold() and send_ready(): the event is the next one
    // and nothing else waits. False: nothing has been done.
    bool pass(Cursor cursor, const FramePtr& frame) {
        if (is_full_ || own_ != Cursor{} || waiting.outboxes >= client_.services().config.wsd.outboxes_bytes)
            return false;
        if (!sequencer_.pass(cursor)) return false;
        send(frame);
        return true;
    }
    // As EventSequencer::hold, within the bound of the process: what finds no room is only known to
    // exist, and comes from the log.
    void hold(Cursor cursor, const FramePtr& frame);
    // This event was caused by the request under way: the reply comes first. A send's takes the
    // place of the event, a read's goes before it.
    void wait_for_reply(Cursor own) { own_ = own; }
    void end_wait() { own_ = Cursor{}; }

    // What is at hand and next, as far as there is room.
    void send_ready();

    struct SentPage {
        std::uint32_t events = 0;
        bool is_whole = true;  // the reader has taken all of it
        // False: it does not go on where the client is, and sending has stopped there.
        bool is_continued = true;
    };
    SentPage send_page(const wire::LogPage& page);

    // The outbox has got above its bound: nothing enters it until it is half empty.
    bool is_full() const { return is_full_; }
    // After the socket has taken something. True when there is room again, and something is missing
    // for which nobody has had a place meanwhile.
    bool has_fallen_behind();

    // Forgets all of them.
    void reset();

private:
    void send(const FramePtr& frame);
    bool has_room();
    void look_at_bound() { is_full_ = client_.outbox().bytes() > client_.outbox_max(); }

    Client& client_;
    bool is_full_ = false;
    EventSequencer sequencer_;
    Cursor own_;  // 0: none
};

}  // namespace billet::wsd
