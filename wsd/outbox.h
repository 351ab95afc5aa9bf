// wsd/outbox.h — The frames of one connection that wait for its socket, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "wsd/frame.h"

namespace billet::wsd {

// What a frame waits as; only live events count against a slow reader.
enum class Waits : std::uint8_t {
    kReply,  // acks, errors, pings: never dropped
    kLive,   // a durable event as it happened
    kPaced,  // a durable event read from the log at the reader's own pace
};

// Costs a pointer while it is empty. It has no bound of its own: the session looks at bytes().
class Outbox {
public:
    Outbox() = default;
    ~Outbox() { clear(); }
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    void push(FramePtr frame, Waits waits);
    // The outbox must not be empty.
    const Frame& front() const { return *queue_->entries[queue_->first].frame; }
    void pop();
    void clear();

    bool empty() const { return queue_ == nullptr; }
    std::size_t bytes() const { return empty() ? 0 : queue_->bytes; }
    bool has_live() const { return !empty() && queue_->live > 0; }

private:
    struct Entry {
        FramePtr frame;
        Waits waits;
    };

    struct Queue {
        std::vector<Entry> entries;
        std::uint32_t first = 0;  // entries before it have been sent
        std::uint32_t live = 0;
        std::size_t bytes = 0;
    };

    std::unique_ptr<Queue> queue_;  // nullptr: empty

    void forget_sent();
};

}  // namespace billet::wsd
