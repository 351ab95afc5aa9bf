// tests/contract/store_log.cpp — Rules of event logs, their heads and the epoch, on both stores.
#include <algorithm>
#include <cstdint>

#include "lib/store/database_connection.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::block;
using billet::contract::MariaDbCase;
using billet::contract::mark_read;
using billet::contract::send;
using billet::contract::StoreCase;

namespace {

template <typename T>
bool fails_with(const Result<T>& result, Code code) {
    return !result && result.error().code == code;
}

struct Talk {
    User ann;
    User bob;
    RoomId room;

    explicit Talk(StoreCase& on) : ann(on.user("ann")), bob(on.user("bob")), room(on.room(ann, bob)) {}
};

std::vector<Event> whole_log(Store& store, UserId user) {
    return store.events(user, Cursor{}, 1000)->events;
}

// "1 room_created, 2 chat_message, …"
std::string listing(const std::vector<Event>& events) {
    std::string text;
    for (const Event& event : events) {
        text += (text.empty() ? "" : ", ") + std::to_string(event.cursor.value) + " ";
        text += event_type(event).name;
    }
    return text;
}

template <typename Payload>
const Payload& payload_at(const std::vector<Event>& events, std::size_t index) {
    return std::get<Payload>(events.at(index).payload);
}

}  // namespace

STORE_RULES()

STORE_RULE(ANewUsersLogIsEmpty) {
    const User ann = on.user("ann");

    const LogHead head = *on.store().head(ann.id);

    CHECK_TRUE(head.user == ann.id && head.head == Cursor{} && head.floor == Cursor{});
    LONGS_EQUAL(0, head.total_unread);
    LONGS_EQUAL(0, head.rooms_unread);
    const EventPage page = *on.store().events(ann.id, Cursor{}, 10);
    LONGS_EQUAL(0, page.events.size());
    CHECK_FALSE(page.more);
    CHECK_TRUE(on.store().head(UserId{kIdMax}).error().code == Code::kNotFound);
}

STORE_RULE(EveryKindOfEventIsReadBackInItsOrder) {
    const Talk talk(on);
    const Message message = on.say(talk.room, talk.ann, "hello");
    CHECK_TRUE(mark_read(on.store(), talk.room, talk.bob.id, Seq{1}).ok());
    CHECK_TRUE(block(on.store(), talk.bob.id, talk.ann.id, true).ok());

    const std::vector<Event> log = whole_log(on.store(), talk.bob.id);

    STRCMP_EQUAL("1 room_created, 2 chat_message, 3 message_read, 4 block_updated", listing(log).c_str());
    CHECK_TRUE(payload_at<RoomCreatedEvent>(log, 0).room.peer == card_of(talk.ann));
    const auto& told = payload_at<MessageEvent>(log, 1);
    CHECK_TRUE(told.message == message);
    CHECK_TRUE(told.unread_count == 1 && told.total_unread == 1);
    CHECK_TRUE((payload_at<ReadEvent>(log, 2) == ReadEvent{talk.room, talk.bob.id, Seq{1}, 0, 0}));
    CHECK_TRUE((payload_at<BlockEvent>(log, 3) == BlockEvent{talk.ann.id, true}));
    STRCMP_EQUAL("1 room_created, 2 chat_message, 3 message_read", listing(whole_log(on.store(), talk.ann.id)).c_str());
    CHECK_TRUE(on.store().head(talk.bob.id)->head == Cursor{4});
}

STORE_RULE(AnEventNeverChanges) {
    const Talk talk(on);
    on.say_many(talk.room, talk.ann, 3);
    const std::vector<Event> before = whole_log(on.store(), talk.bob.id);

    CHECK_TRUE(mark_read(on.store(), talk.room, talk.bob.id, Seq{3}).ok());
    CHECK_TRUE(on.store().set_display_name(talk.ann.id, "Another name").ok());
    CHECK_TRUE(on.store().set_disabled(talk.ann.id, true).ok());
    CHECK_TRUE(block(on.store(), talk.bob.id, talk.ann.id, true).ok());

    std::vector<Event> after = whole_log(on.store(), talk.bob.id);
    after.resize(before.size());
    CHECK_TRUE(after == before);
}

STORE_RULE(PagesOfALogHaveNoHoleAndSayWhetherThereIsMore) {
    const Talk talk(on);
    on.say_many(talk.room, talk.ann, 6);

    STRCMP_EQUAL("1 room_created, 2 chat_message, 3 chat_message",
                 listing(on.store().events(talk.bob.id, Cursor{0}, 3)->events).c_str());
    CHECK_TRUE(on.store().events(talk.bob.id, Cursor{0}, 3)->more);
    STRCMP_EQUAL("5 chat_message, 6 chat_message, 7 chat_message",
                 listing(on.store().events(talk.bob.id, Cursor{4}, 3)->events).c_str());
    CHECK_FALSE(on.store().events(talk.bob.id, Cursor{4}, 3)->more);
    LONGS_EQUAL(0, on.store().events(talk.bob.id, Cursor{7}, 3)->events.size());
    LONGS_EQUAL(0, on.store().events(talk.bob.id, Cursor{99}, 3)->events.size());
}

STORE_RULE(APageTellsWhereItsLogStands) {
    const Talk talk(on);
    on.say_many(talk.room, talk.ann, 3);
    const LogHead head = *on.store().head(talk.bob.id);

    for (const std::size_t items : {0U, 1U, 100U}) {
        const EventPage page = *on.store().events(talk.bob.id, Cursor{1}, items);
        CHECK_TRUE(page.log == head && page.epoch == *on.store().epoch());
        LONGS_EQUAL(std::min<std::size_t>(items, 3), page.events.size());
        CHECK_EQUAL(items == 1, page.more);
    }
    CHECK_TRUE(on.store().events(talk.bob.id, Cursor{99}, 100)->log == head);
    CHECK_TRUE(fails_with(on.store().events(UserId{kIdMax}, Cursor{}, 10), Code::kNotFound));
}

STORE_RULE(PagesOfALogEndAtTheirBytes) {
    const Talk talk(on);
    for (const std::size_t length : {2000U, 1U, 2000U, 2000U, 1U, 2000U})
        on.say(talk.room, talk.ann, std::string(length, 'x'));
    const std::vector<Event> all = whole_log(on.store(), talk.bob.id);
    LONGS_EQUAL(7, all.size());

    for (const std::size_t bytes : {std::size_t{1}, std::size_t{3000}, std::size_t{6000}, std::size_t{100000}}) {
        std::vector<Event> seen;
        for (bool more = true; more;) {
            const Cursor after = seen.empty() ? Cursor{} : seen.back().cursor;
            const EventPage page = *on.store().events(talk.bob.id, after, {100, bytes});
            std::size_t weight = 0;
            for (const Event& event : page.events) weight += weight_of(event);
            CHECK_TRUE(page.events.size() == 1 || weight <= bytes);
            CHECK_TRUE(!page.events.empty() && seen.size() < all.size());
            seen.insert(seen.end(), page.events.begin(), page.events.end());
            more = page.more;
        }
        CHECK_TRUE(seen == all);
    }
    CHECK_TRUE(on.store().events(talk.bob.id, Cursor{1}, {1, 100000})->more);
    CHECK_TRUE(on.store().events(talk.bob.id, Cursor{}, {7, 100000})->more == false);
    LONGS_EQUAL(2, on.store().events(talk.bob.id, Cursor{1}, {100, 4000})->events.size());
}

STORE_RULE(WhatIsRolledBackIsNotInTheLog) {
    const Talk talk(on);

    CHECK_FALSE(
        send(on.store(), {.room = talk.room, .sender = talk.ann.id, .content = "given up", .give_up = true}).ok());
    CHECK_TRUE(send(on.store(), {.room = talk.room, .sender = talk.ann.id, .content = "kept"}).ok());

    const std::vector<Event> log = whole_log(on.store(), talk.bob.id);
    STRCMP_EQUAL("1 room_created, 2 chat_message", listing(log).c_str());
    STRCMP_EQUAL("kept", payload_at<MessageEvent>(log, 1).message.content.c_str());
    LONGS_EQUAL(1, on.store().head(talk.bob.id)->total_unread);
}

STORE_RULE(TotalsCountMessagesAndRooms) {
    const Talk talk(on);
    const User cid = on.user("cid");
    const RoomId other = on.room(cid, talk.bob);
    on.say_many(talk.room, talk.ann, 2);
    on.say_many(other, cid, 3);

    const LogHead both = *on.store().head(talk.bob.id);
    CHECK_TRUE(both.total_unread == 5 && both.rooms_unread == 2);
    CHECK_TRUE(mark_read(on.store(), other, talk.bob.id, Seq{3}).ok());

    const LogHead one = *on.store().head(talk.bob.id);
    CHECK_TRUE(one.total_unread == 2 && one.rooms_unread == 1);
    LONGS_EQUAL(0, on.store().head(talk.ann.id)->total_unread);
}

STORE_RULE(HeadsAreToldWithWhatBecameOfTheSession) {
    const Talk talk(on);
    const User gone = on.user("gone");
    const std::string live = StoreCase::unique("live");
    const std::string ended = StoreCase::unique("ended");
    const Time later = now() + std::chrono::hours{1};
    CHECK_TRUE(on.store().create_session({live, talk.ann.id, 1, later, false}).ok());
    CHECK_TRUE(on.store().revoke_session(ended, talk.bob.id, later).ok());
    CHECK_TRUE(on.store().set_disabled(gone.id, true).ok());

    const std::vector<HeadQuestion> questions{{talk.ann.id, live},
                                              {talk.bob.id, ended},
                                              {gone.id, live},
                                              {UserId{kIdMax}, live},
                                              {talk.ann.id, "of a host, never seen"}};
    const std::vector<HeadAnswer> answers = *on.store().heads(questions);

    LONGS_EQUAL(5, answers.size());
    CHECK_TRUE(answers[0].state == SessionState::kOk && answers[0].head == Cursor{1});
    CHECK_TRUE(answers[1].state == SessionState::kRevoked);
    CHECK_TRUE(answers[2].state == SessionState::kDisabled);
    CHECK_TRUE(answers[3].state == SessionState::kRevoked);
    CHECK_TRUE(answers[4].state == SessionState::kOk);
}

STORE_RULE(TheEpochStaysWhileNobodyChangesIt) {
    const std::string epoch = *on.store().epoch();
    const Talk talk(on);

    CHECK_FALSE(epoch.empty());
    STRCMP_EQUAL(epoch.c_str(), on.store().epoch()->c_str());
    STRCMP_EQUAL(epoch.c_str(), on.open()->epoch()->c_str());
}

// Rows of a log are never deleted singly; should one be missing all the same, nobody is told that
// there is nothing, or goes on behind it.
TEST(MariaDbStoreKeeps, AHoleInALogIsNotPassedOver) {
    MariaDbCase on;
    const Talk talk(on);
    on.say_many(talk.room, talk.ann, 5);
    store::DatabaseConnection connection(MariaDbCase::database());
    const auto take_out = [&](std::uint64_t cursor) {
        connection.update("DELETE FROM user_events WHERE user_id = ? AND `cursor` = ?", talk.bob.id, cursor);
    };

    take_out(6);
    CHECK_TRUE(fails_with(on.store().events(talk.bob.id, Cursor{5}, 10), Code::kInternal));
    CHECK_TRUE(fails_with(on.store().events(talk.bob.id, Cursor{}, 10), Code::kInternal));
    LONGS_EQUAL(3, on.store().events(talk.bob.id, Cursor{1}, 3)->events.size());
    take_out(3);
    CHECK_TRUE(fails_with(on.store().events(talk.bob.id, Cursor{1}, 3), Code::kInternal));
    CHECK_TRUE(fails_with(on.store().events(talk.bob.id, Cursor{2}, 1), Code::kInternal));
}
