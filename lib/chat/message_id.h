// lib/chat/message_id.h — A message's id is its place, room and number, in one number below 2^53.
//
// So no id is given out, kept or looked up. With k + 1 the number of bits of seq, from the highest
// bit on: k (5 bits), the room (48 - k bits), seq without its leading one (k bits). In a room ids
// ascend.
// A room below 2^29 has place for a million messages, one below 2^37 for 4,095.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "lib/base/ids.h"

namespace billet::chat {

inline constexpr unsigned kPlaceBits = 48;

// nullopt: there is no seq 0, and no room for such a place.
constexpr std::optional<MessageId> message_id(RoomId room, Seq seq) {
    if (room.value == 0 || seq.value == 0) return std::nullopt;
    const unsigned length = static_cast<unsigned>(std::bit_width(seq.value)) - 1;
    if (length >= 32 || room.value >> (kPlaceBits - length) != 0) return std::nullopt;
    const std::uint64_t rest = seq.value - (std::uint64_t{1} << length);
    return MessageId{(std::uint64_t{length} << kPlaceBits) | (room.value << length) | rest};
}

struct MessagePlace {
    RoomId room;
    Seq seq;

    constexpr auto operator<=>(const MessagePlace&) const = default;
};

// `id` below 2^53. Of a number that is no message's id, a room or message that does not exist.
constexpr MessagePlace place_of(MessageId id) {
    const auto length = static_cast<unsigned>(id.value >> kPlaceBits);
    const std::uint64_t place = id.value & ((std::uint64_t{1} << kPlaceBits) - 1);
    const std::uint64_t lead = std::uint64_t{1} << length;
    return {RoomId{place >> length}, Seq{lead | (place & (lead - 1))}};
}

}  // namespace billet::chat
