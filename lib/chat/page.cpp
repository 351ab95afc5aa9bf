// lib/chat/page.cpp — Weighing items. The constants are what the JSON of an item has around its texts, with every number at its longest.
#include "lib/chat/page.h"

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

struct PayloadWeight {
    std::size_t operator()(const MessageEvent& event) const { return weight_of(event.message); }
    std::size_t operator()(const ReadEvent&) const { return 0; }
    std::size_t operator()(const RoomCreatedEvent& event) const { return weight_of(event.room); }
    std::size_t operator()(const BlockEvent&) const { return 0; }
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
    return kEventBytes + std::visit(PayloadWeight{}, event.payload);
}

bool PageMeter::takes(std::size_t weight) {
    if (items_ == bound_.items || (items_ > 0 && weight > bytes_left())) return false;
    ++items_;
    bytes_ += weight;
    return true;
}

}  // namespace billet::chat
