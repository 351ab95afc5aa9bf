// wsd/frame.h — The bytes of one server frame, made once and shared by every connection that sends
// it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace billet::wsd {

// Room before the text into which the WebSocket header is written at each send. A server's frames
// are not masked, so every receiver's header has the same bytes and the frame can be shared.
// server.cpp asserts that it is what libwebsockets wants.
inline constexpr std::size_t kFrameHeadRoom = 16;

class Frame {
public:
    explicit Frame(std::string_view text) {
        bytes_.reserve(kFrameHeadRoom + text.size());
        bytes_.append(kFrameHeadRoom, '\0').append(text);
    }

    std::string_view text() const { return std::string_view(bytes_).substr(kFrameHeadRoom); }
    std::size_t size() const { return bytes_.size() - kFrameHeadRoom; }
    // The text, for a writer that may change the head room before it and nothing else.
    unsigned char* writable_text() const { return reinterpret_cast<unsigned char*>(bytes_.data()) + kFrameHeadRoom; }

private:
    mutable std::string bytes_;
};

using FramePtr = std::shared_ptr<const Frame>;

inline FramePtr make_frame(std::string_view text) {
    return std::make_shared<const Frame>(text);
}

}  // namespace billet::wsd
