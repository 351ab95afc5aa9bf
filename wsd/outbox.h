// wsd/outbox.h — The frames of one connection that wait for its socket, in order.
#pragma once

#include <cstdint>
#include <vector>

#include "wsd/frame.h"

namespace billet::wsd {

// What a frame waits as; only live events count against a slow reader.
enum class Waits : std::uint8_t {
    kReply,  // acks, errors, pings: never dropped
    kLive,   // a durable event as it happened
    kPaced,  // a durable event read from the log at the reader's own pace
};

// Costs no memory while it is empty. It has no bound of its own: the session looks at bytes().
class Outbox {
public:
    Outbox() = default;
    ~Outbox() { clear(); }
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    void push(FramePtr frame, Waits waits);
    // The outbox must not be empty.
    const Frame& front() const { return *entries_[first_].frame; }
    void pop();
    void clear();

    bool empty() const { return first_ == entries_.size(); }
    std::size_t bytes() const { return bytes_; }
    bool has_live() const { return live_ > 0; }

private:
    struct Entry {
        FramePtr frame;
        Waits waits;
    };

    std::vector<Entry> entries_;
    std::uint32_t first_ = 0;  // entries before it have been sent
    std::uint32_t live_ = 0;
    std::size_t bytes_ = 0;

    void forget_sent();
};

}  // namespace billet::wsd
