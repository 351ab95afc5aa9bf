// tests/unit/chat_message_id.cpp — Ids of messages are their places, there and back.
#include "lib/chat/message_id.h"

#include <cstdint>
#include <random>

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

namespace {

// A number of up to so many bits, all lengths alike.
std::uint64_t number_of_bits(std::mt19937_64& random, unsigned bits_max) {
    const auto bits = 1 + static_cast<unsigned>(random() % bits_max);
    return (random() >> (64 - bits)) | (std::uint64_t{1} << (bits - 1));
}

}  // namespace

TEST_GROUP(MessageId) {
};

TEST(MessageId, SpelledOut) {
    static_assert(message_id(RoomId{7}, Seq{1})->value == 7);
    static_assert(message_id(RoomId{7}, Seq{2})->value == (std::uint64_t{1} << 48) + 14);
    static_assert(message_id(RoomId{7}, Seq{3})->value == (std::uint64_t{1} << 48) + 15);
    static_assert(message_id(RoomId{7}, Seq{4})->value == (std::uint64_t{2} << 48) + 28);
}

TEST(MessageId, EveryPlaceHasOneThatLeadsBackAndIsBelow2To53) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 200'000; ++i) {
        const Seq seq{number_of_bits(random, 32)};
        const RoomId room{number_of_bits(random, kPlaceBits + 1 - static_cast<unsigned>(std::bit_width(seq.value)))};
        const auto id = message_id(room, seq);
        CHECK_TRUE(id && id->value >= 1 && id->value <= kIdMax);
        CHECK_TRUE((place_of(*id) == MessagePlace{room, seq}));
        const auto next = message_id(room, seq.next());
        CHECK_TRUE(!next || *next > *id);
    }
}

// What is no id of a message names a place all the same: that of no other message.
TEST(MessageId, EveryNumberHasOnePlaceAtMost) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 200'000; ++i) {
        const MessageId id{number_of_bits(random, 53)};
        const MessagePlace place = place_of(id);
        const auto again = message_id(place.room, place.seq);
        CHECK_TRUE(again ? *again == id : place.room == RoomId{});
    }
}

TEST(MessageId, ThereIsNoneBeyondTheLimits) {
    CHECK_FALSE(message_id(RoomId{1}, Seq{}).has_value());
    CHECK_FALSE(message_id(RoomId{}, Seq{1}).has_value());
    CHECK_TRUE(message_id(RoomId{(std::uint64_t{1} << 29) - 1}, Seq{(std::uint64_t{1} << 20) - 1}).has_value());
    CHECK_FALSE(message_id(RoomId{std::uint64_t{1} << 29}, Seq{std::uint64_t{1} << 20}).has_value());
    CHECK_TRUE(message_id(RoomId{1}, Seq{(std::uint64_t{1} << 32) - 1}).has_value());
    CHECK_FALSE(message_id(RoomId{1}, Seq{std::uint64_t{1} << 32}).has_value());
    CHECK_FALSE(message_id(RoomId{kIdMax}, Seq{1}).has_value());
}
