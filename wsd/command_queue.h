// wsd/command_queue.h — The commands of one connection that wait for the one before, in order.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "lib/wire/frames.h"
#include "wsd/memory.h"

namespace billet::wsd {

// About what a command takes in memory.
inline std::size_t command_bytes(const wire::ClientFrame& frame) {
    std::size_t bytes = sizeof frame;
    if (const auto* send = std::get_if<wire::SendFrame>(&frame.what)) bytes += send->body.size();
    if (const auto* read = std::get_if<wire::ReadFrame>(&frame.what)) bytes += read->body.size();
    if (const auto* refresh = std::get_if<wire::RefreshFrame>(&frame.what)) bytes += refresh->token.size();
    return bytes;
}

// It has no bound of its own: the session looks at size(), bytes() and `waiting`.
class CommandQueue {
public:
    CommandQueue() = default;
    ~CommandQueue() { waiting.commands -= bytes_; }
    CommandQueue(const CommandQueue&) = delete;
    CommandQueue& operator=(const CommandQueue&) = delete;

    void push(wire::ClientFrame frame) {
        const std::size_t bytes = command_bytes(frame);
        bytes_ += bytes;
        waiting.commands += bytes;
        frames_.push_back(std::move(frame));
    }
    // The queue must not be empty.
    wire::ClientFrame pop() {
        wire::ClientFrame frame = std::move(frames_.front());
        frames_.pop_front();
        const std::size_t bytes = command_bytes(frame);
        bytes_ -= bytes;
        waiting.commands -= bytes;
        return frame;
    }

    bool empty() const { return frames_.empty(); }
    std::size_t size() const { return frames_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    std::deque<wire::ClientFrame> frames_;
    std::size_t bytes_ = 0;
};

}  // namespace billet::wsd
