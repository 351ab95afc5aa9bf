// lib/base/ids.h — Ids and numbers that must not be mixed up, as types.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace billet {

// Every id and number below 2^53, so that JavaScript reads it exactly.
inline constexpr std::uint64_t kIdMax = (std::uint64_t{1} << 53) - 1;

template <typename Tag>
struct StrongNumber {
    std::uint64_t value = 0;

    constexpr StrongNumber() = default;
    constexpr explicit StrongNumber(std::uint64_t number) : value(number) {}
    constexpr auto operator<=>(const StrongNumber&) const = default;
    constexpr StrongNumber next() const { return StrongNumber{value + 1}; }
};

using UserId = StrongNumber<struct UserIdTag>;        // users.id, 1..
using RoomId = StrongNumber<struct RoomIdTag>;        // chat_rooms.id, 1..
using MessageId = StrongNumber<struct MessageIdTag>;  // of a room and a seq: lib/chat/message_id.h
// Number of a message in its room, 1.. without holes; 0: before the first.
using Seq = StrongNumber<struct SeqTag>;
using Cursor =
    // Number of an event in one user's log, 1.. without holes; 0: before the first.
    StrongNumber<struct CursorTag>;

}  // namespace billet

template <typename Tag>
struct std::hash<billet::StrongNumber<Tag>> {
    std::size_t operator()(const billet::StrongNumber<Tag>& number) const noexcept {
        return std::hash<std::uint64_t>{}(number.value);
    }
};
