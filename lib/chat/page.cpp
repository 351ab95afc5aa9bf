// lib/chat/page.cpp — Weighing items. The constants are what the JSON of an item has around its
// texts, with every number at its longest.
#include "lib/chat/page.h"

#include <cstdint>

#include "lib/base/text.h"

namespace billet::chat {
namespace {

constexpr std::size_t kCardBytes = 80;      // {"id":…,"username":"","display_name":""},
constexpr std::size_t kMessageBytes = 240;  // seven members beside content and client_msg_id
constexpr std::size_t kRoomBytes = 320;     // eleven members beside last_message and peer
constexpr std::size_t kEventBytes =
    280;  // {"type","cursor","payload":{six numbers}}, or the same as a line between the daemons

std::size_t card_weight(const std::string& username, const std::string& display_name) {
    return kCardBytes + json_bytes(username) + json_bytes(display_name);
}

// Weighs the members of a payload; numbers are in kEventBytes.
struct Scales {
    std::size_t weight = 0;

    void add(std::string_view /*name*/, const Message& message) { weight += weight_of(message); }
    void add(std::string_view /*name*/, const Room& room) { weight += weight_of(room); }
    void add(std::string_view /*name*/, const std::string& text) { weight += json_bytes(text); }
    void add(std::string_view /*name*/, bool /*flag*/) {}
    void add(std::string_view /*name*/, std::uint64_t /*number*/) {}
    template <typename Tag>
    void add(std::string_view /*name*/, StrongNumber<Tag> /*number*/) {}
};

}  // namespace

std::size_t weight_of(const Message& message) {
    return kMessageBytes + json_bytes(message.content) + json_bytes(message.client_msg_id);
}

std::size_t weight_of(const Room& room) {
    return kRoomBytes + card_weight(room.peer.username, room.peer.display_name) +
           (room.last_message ? weight_of(*room.last_message) : 0);
}

std::size_t weight_of(const User& user) {
    return card_weight(user.username, user.display_name);
}

std::size_t weight_of(const Event& event) {
    Scales scales{kEventBytes};
    std::visit([&](const auto& payload) { payload.write(scales); }, event.payload);
    return scales.weight;
}

bool PageMeter::takes(std::size_t weight) {
    if (items_ == bound_.items || (items_ > 0 && weight > bytes_left())) return false;
    ++items_;
    bytes_ += weight;
    return true;
}

}  // namespace billet::chat
