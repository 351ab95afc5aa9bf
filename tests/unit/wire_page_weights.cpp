// tests/unit/wire_page_weights.cpp — What a page is measured by is never less than its JSON, and
// not much more.
#include "lib/chat/page.h"
#include "lib/wire/objects.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

namespace {

constexpr UserId kAnn{kIdMax};
constexpr std::size_t kSlack = 300;
// Of each kind that JSON writes differently, and long.
const std::string kOddText = [] {
    std::string text;
    for (char c = 1; c < 0x7F; ++c) text.push_back(c);
    return text + "\x7F\xC3\xA4\xE2\x80\xA8\xF0\x9F\x90\xB8" + std::string(500, '\x01') + std::string(500, '"');
}();

Message message_of(const std::string& content) {
    return {.id = MessageId{kIdMax},
            .room = RoomId{kIdMax},
            .seq = Seq{kIdMax},
            .sender = kAnn,
            .client_msg_id = std::string(64, '"'),
            .content = content,
            .created_at = now(),
            .is_read = false};
}

Room room_of(const std::string& content) {
    return {.id = RoomId{kIdMax},
            .user1 = kAnn,
            .user2 = kAnn,
            .created_at = now(),
            .last_message = message_of(content),
            .unread_count = kIdMax,
            .last_seq = Seq{kIdMax},
            .read_seq = Seq{kIdMax},
            .peer_read_seq = Seq{kIdMax},
            .blocked_by_me = false,
            .peer = {kAnn, std::string(32, 'x'), kOddText}};
}

template <typename Item>
void check_weight(const Item& item, std::size_t json_bytes, std::size_t slack = kSlack) {
    const std::size_t bytes = json_bytes + 1;  // with its comma
    CHECK_TRUE_TEXT(weight_of(item) >= bytes,
                    (std::to_string(weight_of(item)) + " < " + std::to_string(bytes)).c_str());
    CHECK_TRUE_TEXT(weight_of(item) <= bytes + slack,
                    (std::to_string(weight_of(item)) + " for " + std::to_string(bytes)).c_str());
}

}  // namespace

TEST_GROUP(PageWeights) {
};

TEST(PageWeights, OfMessages) {
    for (const std::string& content : {std::string("x"), kOddText})
        check_weight(message_of(content), wire::message_json(message_of(content), kAnn).size());
}

TEST(PageWeights, OfRooms) {
    for (const std::string& content : {std::string("x"), kOddText})
        check_weight(room_of(content), wire::room_json(room_of(content), kAnn).size(), 2 * kSlack);
}

TEST(PageWeights, OfUsers) {
    const User user{.id = kAnn, .username = std::string(32, 'x'), .display_name = kOddText, .created_at = now()};
    check_weight(user, wire::user_json(user).size());
}

// Also as a line between the daemons, which names cursor and type once more.
TEST(PageWeights, OfEvents) {
    constexpr std::size_t kLineBytes = 32;
    const MessageEvent message{message_of(kOddText), kIdMax, kIdMax};
    const ReadEvent read{RoomId{kIdMax}, kAnn, Seq{kIdMax}, kIdMax, kIdMax};
    for (const auto& payload : std::initializer_list<decltype(Event::payload)>{
             message, read, RoomCreatedEvent{room_of("x")}, BlockEvent{kAnn, false}}) {
        const Event event{kAnn, Cursor{kIdMax}, now(), payload};
        check_weight(event, wire::event_json(event).size() + kLineBytes, 2 * kSlack);
    }
}

TEST(PageWeights, APageTakesItsFirstItemAndEndsAtEitherBound) {
    PageMeter small({3, 100});
    CHECK_TRUE(small.takes(1000));
    CHECK_FALSE(small.takes(1));

    PageMeter full({2, 100});
    CHECK_TRUE(full.takes(50));
    CHECK_TRUE(full.takes(50));
    CHECK_FALSE(full.takes(0));

    PageMeter heavy({10, 100});
    CHECK_TRUE(heavy.takes(60));
    CHECK_FALSE(heavy.takes(41));
}
