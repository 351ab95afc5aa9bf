// tests/unit/chat_events.cpp — An event is read from its row as it was kept, and everybody who
// lists the types lists these.
#include "lib/chat/events.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/file.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

namespace {

constexpr UserId kAnn{7};
constexpr UserId kBo{9};

Message message() {
    return {.id = *message_id(RoomId{3}, Seq{5}),
            .room = RoomId{3},
            .seq = Seq{5},
            .sender = kBo,
            .client_msg_id = "b-1",
            .content = "hi",
            .created_at = Time{std::chrono::microseconds{17}},
            .is_read = false};
}

Room room(Time created_at) {
    Room room;
    room.id = RoomId{3};
    room.user1 = kAnn;
    room.user2 = kBo;
    room.created_at = created_at;
    room.peer = {kBo, "bo", "Bo B."};
    return room;
}

Event event(EventPayload payload) {
    return {kAnn, Cursor{12}, Time{std::chrono::microseconds{99}}, std::move(payload)};
}

// One of each type, with a value in every member.
std::vector<Event> one_of_each() {
    return {event(MessageEvent{message(), 2, 4}), event(ReadEvent{RoomId{3}, kBo, Seq{5}, 1, 6}),
            event(RoomCreatedEvent{room(Time{std::chrono::microseconds{99}})}), event(BlockEvent{kBo, true})};
}

// The row as the database gives it back: with what the type is told with of the message.
EventRow read_again(const Event& event) {
    EventRow row = row_of(event);
    if (is_told_with_message(row.type)) row.message = message();
    return row;
}

std::string shipped(const std::string& path) {
    const auto file = std::filesystem::path(__FILE__).parent_path() / ".." / ".." / path;
    auto text = read_whole_file(file.string());
    CHECK_TRUE(text.ok());
    return std::move(text).value();
}

// The types that a text does not tell; `words` is how it tells one.
template <typename Words>
std::string untold(const std::string& text, Words words) {
    std::string list;
    for (const EventType& type : kEventTypes) {
        if (text.find(words(type)) == std::string::npos) list += std::string(type.name) + " ";
    }
    return list;
}

}  // namespace

TEST_GROUP(ChatEvents) {
};

TEST(ChatEvents, EachIsReadAsItWasKept) {
    std::set<std::size_t> alternatives;
    for (const Event& event : one_of_each()) {
        alternatives.insert(event.payload.index());
        const auto again = event_of(read_again(event));
        CHECK_TRUE(again.has_value() && *again == event);
    }
    LONGS_EQUAL(std::variant_size_v<EventPayload>, alternatives.size());
}

TEST(ChatEvents, WhatIsToldWithAMessageIsNothingWithoutIt) {
    for (const Event& event : one_of_each()) {
        EventRow row = row_of(event);
        const bool needs = is_told_with_message(row.type);
        CHECK_EQUAL(!needs, event_of(std::move(row)).has_value());
    }
}

TEST(ChatEvents, ARowOfAnotherTypeIsNone) {
    for (const std::uint64_t type : {std::uint64_t{0}, std::uint64_t{200}, kIdMax}) {
        EventRow row = read_again(one_of_each().front());
        row.type = type;
        CHECK_FALSE(event_of(std::move(row)).has_value());
        CHECK_FALSE(is_told_with_message(type));
    }
}

// Rows of today are read by every version to come.
TEST(ChatEvents, StoredNumbersNeverChange) {
    LONGS_EQUAL(1, MessageEvent::kType.number);
    LONGS_EQUAL(2, ReadEvent::kType.number);
    LONGS_EQUAL(3, RoomCreatedEvent::kType.number);
    LONGS_EQUAL(4, BlockEvent::kType.number);
}

TEST(ChatEvents, WhoeverListsTheTypesListsAll) {
    const auto stored = [](const EventType& type) {
        return std::to_string(type.number) + " " + std::string(type.name);
    };
    const auto row = [](const EventType& type) { return "\n| `" + std::string(type.name) + "` |"; };
    const auto example = [](const EventType& type) {
        return "\n{\"type\":\"" + std::string(type.name) + "\",\"cursor\":";
    };
    const auto applied = [](const EventType& type) { return "\n  " + std::string(type.name); };
    const std::string contract = shipped("docs/protocol.md");

    STRCMP_EQUAL("", untold(shipped("sql/README.md"), stored).c_str());
    STRCMP_EQUAL("", untold(contract, row).c_str());
    STRCMP_EQUAL("", untold(contract, example).c_str());
    STRCMP_EQUAL("", untold(shipped("nginx/www/src/state/log.js"), applied).c_str());
    STRCMP_EQUAL("chat_message message_read room_created block_updated ", untold("", row).c_str());
}
