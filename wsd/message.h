// wsd/message.h — One WebSocket message put together from the pieces in which it arrives, within
// its bounds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wsd/memory.h"

namespace billet::wsd {

// A message is one or more fragments (WebSocket frames), and each of those arrives in one or more
// pieces. Costs a pointer between messages.
class Message {
public:
    Message() = default;
    ~Message() { clear(); }
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    enum class Taken { kMore, kWhole, kTooBig };

    // `left`: bytes of the fragment that are still to come, as its header claims; a claim alone can
    // be too big. `ends`: this piece ends the message. After kWhole `piece` is the whole message,
    // until clear() and as long as the piece lives.
    Taken take(std::string_view& piece, std::size_t left, bool ends, std::size_t bytes_max,
               std::uint32_t fragments_max) {
        if (fragments_max == 0 || left > bytes_max || piece.size() > bytes_max - left) return Taken::kTooBig;
        if (parts_ == nullptr) {
            if (ends) return Taken::kWhole;
            parts_ = std::make_unique<Parts>();
        }
        if (!parts_->inside_fragment && ++parts_->fragments > fragments_max) return Taken::kTooBig;
        parts_->inside_fragment = left > 0;
        std::string& text = parts_->text;
        if (text.size() + piece.size() > bytes_max - left) return Taken::kTooBig;
        if (text.empty()) text.reserve(piece.size() + std::min(left, kReserveMax));
        text += piece;
        waiting.commands += piece.size();
        piece = text;
        return ends ? Taken::kWhole : Taken::kMore;
    }
    // Before the next message.
    void clear() {
        waiting.commands -= bytes();
        parts_.reset();
    }
    // What is kept of a message that is not whole yet.
    std::size_t bytes() const { return parts_ == nullptr ? 0 : parts_->text.size(); }

private:
    // So much room is made on a claim's word.
    static constexpr std::size_t kReserveMax = 1024;

    struct Parts {
        std::string text;
        std::uint32_t fragments = 0;
        bool inside_fragment = false;
    };

    std::unique_ptr<Parts> parts_;  // nullptr: nothing
};

}  // namespace billet::wsd
