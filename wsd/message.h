// wsd/message.h — One WebSocket message put together from the pieces in which it arrives, within
// its bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wsd/memory.h"

namespace billet::wsd {

// A message is one or more fragments (WebSocket frames), and each of those arrives in one or more
// pieces. Costs no memory between messages.
class Message {
public:
    Message() = default;
    ~Message() { clear(); }
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    enum class Taken { kMore, kWhole, kTooBig };

    // `left`: bytes of the fragment that are still to come, as its header claims; a claim alone can
    // be too big. `ends`: this piece ends the message.
    Taken take(std::string_view piece, std::size_t left, bool ends, std::size_t bytes_max,
               std::uint32_t fragments_max) {
        if (!inside_fragment_ && ++fragments_ > fragments_max) return Taken::kTooBig;
        inside_fragment_ = left > 0;
        if (left > bytes_max || parts_.size() + piece.size() > bytes_max - left) return Taken::kTooBig;
        whole_ = piece;
        if (ends && parts_.empty()) return Taken::kWhole;
        parts_ += piece;
        waiting.commands += piece.size();
        whole_ = parts_;
        return ends ? Taken::kWhole : Taken::kMore;
    }
    // After kWhole, until clear(); as long as the piece lives.
    std::string_view text() const { return whole_; }
    // Before the next message.
    void clear() {
        fragments_ = 0;
        whole_ = {};
        waiting.commands -= parts_.size();
        if (!parts_.empty()) std::string().swap(parts_);
    }
    // What is kept of a message that is not whole yet.
    std::size_t bytes() const { return parts_.size(); }

private:
    std::string parts_;
    std::string_view whole_;
    std::uint32_t fragments_ = 0;
    bool inside_fragment_ = false;
};

}  // namespace billet::wsd
