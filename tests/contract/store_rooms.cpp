// tests/contract/store_rooms.cpp — Rules of rooms and history, on both stores.
#include <cstdint>
#include <set>

#include "lib/chat/batch.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::StoreCase;

namespace {

template <typename T>
bool fails_with(const Result<T>& result, Code code) {
    return !result.ok() && result.error().code == code;
}

// "2 3 4 <>": the numbers of a page, and whether there is more on either side.
std::string seqs(const Result<HistoryPage>& page) {
    if (!page) return "error";
    std::string text;
    for (const Message& message : page->messages) text += std::to_string(message.seq.value) + " ";
    return text + (page->older ? "<" : "") + (page->newer ? ">" : "");
}

struct Talk {
    User ann;
    User bob;
    RoomId room;

    explicit Talk(StoreCase& on) : ann(on.user("ann")), bob(on.user("bob")), room(on.room(ann, bob)) {}
};

}  // namespace

STORE_RULES()

STORE_RULE(AnEmptyRoomIsSeenByItsMembersOnly) {
    const Talk talk(on);
    const User eve = on.user("eve");

    const Room seen = *on.store().room(talk.room, talk.bob.id);

    CHECK_TRUE(seen.id == talk.room && seen.user1 == talk.ann.id && seen.user2 == talk.bob.id);
    CHECK_TRUE(seen.peer == card_of(talk.ann) && !seen.last_message && seen.last_seq == Seq{} && !seen.blocked_by_me);
    CHECK_TRUE(on.store().room_state(talk.room, talk.ann.id)->last_message_at == seen.created_at);
    const Acquaintance both = *on.store().acquaintance(talk.bob.id, talk.ann.id);
    CHECK_TRUE(both.room == talk.room && both.self == card_of(talk.bob) && both.peer == card_of(talk.ann));
    CHECK_FALSE(on.store().acquaintance(talk.bob.id, eve.id)->room.has_value());
}

STORE_RULE(ToAStrangerARoomIsLikeOneThatDoesNotExist) {
    const Talk talk(on);
    const User eve = on.user("eve");
    const Message message = on.say(talk.room, talk.ann, "hi");

    for (const RoomId room : {talk.room, RoomId{kIdMax}}) {
        CHECK_TRUE(fails_with(on.store().room(room, eve.id), Code::kNotFound));
        CHECK_TRUE(fails_with(on.store().room_state(room, eve.id), Code::kNotFound));
        CHECK_TRUE(fails_with(on.store().messages(room, eve.id, {}, 10), Code::kNotFound));
        CHECK_TRUE(fails_with(on.store().known_message(room, eve.id, "x"), Code::kNotFound));
        const auto locked = on.store().transact([&](Transaction& transaction) -> Result<void> {
            const RoomQuestion question{
                .room = room, .member = eve.id, .client_msg_id = "x", .unread_above = std::nullopt};
            auto found = transaction.lock_rooms({&question, 1}, Patience::kWaits);
            if (!found) return std::move(found).error();
            return Batch(std::move(found).value()).room(room, eve.id) == nullptr ? Result<void>{} : unavailable("seen");
        });
        CHECK_TRUE(locked.ok());
    }
    CHECK_TRUE(fails_with(on.store().message(message.id, eve.id), Code::kNotFound));
    CHECK_TRUE(fails_with(on.store().message(MessageId{kIdMax}, eve.id), Code::kNotFound));
}

STORE_RULE(AMessageIsReadBackAsItWasStored) {
    const Talk talk(on);
    const std::string content = std::string("\xF0\x9F\x90\xB8 'quoted' \\ %s \n") + std::string(15000, 'x');
    const Message sent = on.say(talk.room, talk.ann, content);

    const Message read = *on.store().message(sent.id, talk.bob.id);

    CHECK_TRUE(read == sent);
    CHECK_TRUE(on.store().messages(talk.room, talk.ann.id, {}, 10)->messages.at(0) == sent);
    const Room room = *on.store().room(talk.room, talk.bob.id);
    CHECK_TRUE(room.last_message == sent && room.last_seq == Seq{1} && room.unread_count == 1);
    LONGS_EQUAL(0, on.store().room(talk.room, talk.ann.id)->unread_count);
}

STORE_RULE(HistoryIsPagedFromEveryPosition) {
    const Talk talk(on);
    on.say_many(talk.room, talk.ann, 9);
    const auto page = [&](HistoryFrom from, std::uint64_t seq, std::size_t limit) {
        return seqs(on.store().messages(talk.room, talk.bob.id, {from, Seq{seq}}, limit));
    };

    using enum HistoryFrom;
    CHECK_TRUE(page(kNewest, 0, 3) == "7 8 9 <");
    CHECK_TRUE(page(kNewest, 0, 9) == "1 2 3 4 5 6 7 8 9 ");
    CHECK_TRUE(page(kBefore, 7, 3) == "4 5 6 <>");
    CHECK_TRUE(page(kBefore, 3, 3) == "1 2 >");
    CHECK_TRUE(page(kBefore, 1, 3) == ">");
    CHECK_TRUE(page(kBefore, 0, 3) == ">");
    CHECK_TRUE(page(kBefore, kIdMax, 2) == "8 9 <");
    CHECK_TRUE(page(kAfter, 0, 2) == "1 2 >");
    CHECK_TRUE(page(kAfter, 7, 3) == "8 9 <");
    CHECK_TRUE(page(kAfter, 9, 3) == "<");
    CHECK_TRUE(page(kAfter, kIdMax, 3) == "<");
    CHECK_TRUE(page(kAround, 5, 4) == "4 5 6 7 <>");
    CHECK_TRUE(page(kAround, 5, 1) == "5 <>");
    CHECK_TRUE(page(kAround, 1, 4) == "1 2 3 4 >");
    CHECK_TRUE(page(kAround, 9, 4) == "6 7 8 9 <");
    CHECK_TRUE(page(kAround, 5, 100) == "1 2 3 4 5 6 7 8 9 ");
}

// Texts of 2,000 bytes beside short ones: the first answer of MariaDB leaves the long ones out, so
// that each page here is made of two.
STORE_RULE(HistoryEndsAtTheBytesOfAPage) {
    const Talk talk(on);
    const std::size_t weight = weight_of(on.say(talk.room, talk.ann, std::string(2000, 'x')));
    for (int i = 2; i <= 9; ++i) on.say(talk.room, talk.ann, std::string(i % 4 == 0 ? 1 : 2000, 'x'));
    const auto page = [&](HistoryFrom from, std::uint64_t seq, std::size_t limit, std::size_t bytes) {
        return seqs(on.store().messages(talk.room, talk.bob.id, {from, Seq{seq}}, {limit, bytes}));
    };
    const std::size_t two = 2 * weight;

    using enum HistoryFrom;
    CHECK_TRUE(page(kNewest, 0, 9, 1) == "9 <");
    CHECK_TRUE(page(kNewest, 0, 9, two) == "8 9 <");
    CHECK_TRUE(page(kNewest, 0, 9, two + weight) == "7 8 9 <");
    CHECK_TRUE(page(kNewest, 0, 9, 100 * weight) == "1 2 3 4 5 6 7 8 9 ");
    CHECK_TRUE(page(kBefore, 8, 9, two) == "6 7 <>");
    CHECK_TRUE(page(kBefore, 3, 9, two) == "1 2 >");
    CHECK_TRUE(page(kAfter, 0, 9, two) == "1 2 >");
    CHECK_TRUE(page(kAfter, 3, 9, two) == "4 5 <>");
    CHECK_TRUE(page(kAfter, 7, 9, two) == "8 9 <");
    CHECK_TRUE(page(kAfter, 9, 9, two) == "<");
    CHECK_TRUE(page(kAround, 6, 8, 1) == "6 <>");
    CHECK_TRUE(page(kAround, 6, 8, two) == "6 7 <>");
    CHECK_TRUE(page(kAround, 6, 8, two + weight) == "5 6 7 <>");
    CHECK_TRUE(page(kAround, 1, 8, two) == "1 2 >");
    CHECK_TRUE(page(kAround, 9, 8, two) == "8 9 <");
    CHECK_TRUE(page(kAround, 99, 8, two) == "8 9 <");
    CHECK_TRUE(on.store().messages(talk.room, talk.bob.id, {kAfter, Seq{2}}, {9, two})->messages.at(0).content ==
               std::string(2000, 'x'));
}

STORE_RULE(AnEmptyRoomHasAnEmptyPage) {
    const Talk talk(on);

    using enum HistoryFrom;
    for (const HistoryFrom from : {kNewest, kBefore, kAfter, kAround}) {
        CHECK_TRUE(seqs(on.store().messages(talk.room, talk.ann.id, {from, Seq{1}}, 10)).empty());
    }
}

STORE_RULE(AMessageIsReadOnceThePeersMarkHasReachedIt) {
    const Talk talk(on);
    const Message first = on.say(talk.room, talk.ann, "1");
    const Message own = on.say(talk.room, talk.bob, "2");
    const Message last = on.say(talk.room, talk.ann, "3");

    CHECK_TRUE(contract::mark_read(on.store(), talk.room, talk.bob.id, Seq{2}).ok());

    CHECK_TRUE(on.store().message(first.id, talk.ann.id)->is_read);
    CHECK_TRUE(on.store().message(first.id, talk.bob.id)->is_read);
    CHECK_FALSE(on.store().message(own.id, talk.bob.id)->is_read);
    CHECK_FALSE(on.store().message(last.id, talk.ann.id)->is_read);
    const auto page = on.store().messages(talk.room, talk.ann.id, {}, 10)->messages;
    CHECK_TRUE(page[0].is_read && !page[1].is_read && !page[2].is_read);
    const Room room = *on.store().room(talk.room, talk.bob.id);
    CHECK_TRUE(room.read_seq == Seq{2} && room.peer_read_seq == Seq{} && room.unread_count == 1);
    CHECK_TRUE(on.store().room(talk.room, talk.ann.id)->peer_read_seq == Seq{2});
}

STORE_RULE(AKnownMessageIsFoundByItsExactIdAndSender) {
    const Talk talk(on);
    const Message sent = *contract::send(
        on.store(), {.room = talk.room, .sender = talk.ann.id, .content = "x", .client_msg_id = "Id-1"});

    CHECK_TRUE(**on.store().known_message(talk.room, talk.ann.id, "Id-1") == sent);
    CHECK_FALSE(on.store().known_message(talk.room, talk.ann.id, "id-1")->has_value());
    CHECK_FALSE(on.store().known_message(talk.room, talk.bob.id, "Id-1")->has_value());
    const Message again = *contract::send(
        on.store(), {.room = talk.room, .sender = talk.ann.id, .content = "x", .client_msg_id = "Id-1"});
    CHECK_TRUE(again == sent);
    CHECK_TRUE(on.store().room_state(talk.room, talk.ann.id)->last_seq == Seq{1});
}

STORE_RULE(ALockedRoomTellsBlockAndDisabledPeer) {
    const Talk talk(on);
    const auto lock = [&](UserId member) {
        LockedRooms locked;
        const RoomQuestion question{
            .room = talk.room, .member = member, .client_msg_id = {}, .unread_above = std::nullopt};
        CHECK_TRUE(on.store()
                       .transact([&](Transaction& transaction) -> Result<void> {
                           auto found = transaction.lock_rooms({&question, 1}, Patience::kWaits);
                           if (!found) return std::move(found).error();
                           locked = std::move(found).value();
                           return {};
                       })
                       .ok());
        return Batch(std::move(locked));
    };
    const auto blocked = [&](UserId member) {
        Batch batch = lock(member);
        return batch.is_blocked(*batch.room(talk.room, member));
    };
    CHECK_FALSE(blocked(talk.ann.id));

    CHECK_TRUE(contract::block(on.store(), talk.bob.id, talk.ann.id, true).ok());
    CHECK_TRUE(on.store().set_disabled(talk.bob.id, true).ok());

    CHECK_TRUE(blocked(talk.ann.id) && blocked(talk.bob.id));
    CHECK_TRUE(lock(talk.ann.id).is_disabled(talk.bob.id));
    CHECK_FALSE(lock(talk.bob.id).is_disabled(talk.ann.id));
    CHECK_TRUE(lock(talk.ann.id).head(talk.bob.id).user == talk.bob.id);
    CHECK_TRUE(on.store().room(talk.room, talk.bob.id)->blocked_by_me);
    CHECK_FALSE(on.store().room(talk.room, talk.ann.id)->blocked_by_me);
}

STORE_RULE(AnErrorOfTheBodyIsGivenBackAndLeavesNoTrace) {
    const Talk talk(on);
    const LogHead before = *on.store().head(talk.bob.id);

    auto sent = contract::send(on.store(), {.room = talk.room, .sender = talk.ann.id, .content = "x", .give_up = true});

    CHECK_TRUE(fails_with(sent, Code::kForbidden));
    CHECK_TRUE(sent.error().detail == "given up");
    CHECK_TRUE(on.store().messages(talk.room, talk.ann.id, {}, 10)->messages.empty());
    CHECK_TRUE(on.store().head(talk.bob.id)->head == before.head);
    CHECK_TRUE(on.store().room_state(talk.room, talk.ann.id)->last_seq == Seq{});
}

STORE_RULE(APairHasOneRoom) {
    const Talk talk(on);

    const auto second = on.store().transact([&](Transaction& transaction) -> Result<void> {
        auto made = transaction.insert_room({talk.ann.id, talk.bob.id}, now());
        return made ? Result<void>{} : Result<void>(made.error());
    });

    CHECK_TRUE(fails_with(second, Code::kConflict));
}

STORE_RULE(ThePeersMessagesAboveAMarkAreCounted) {
    const Talk talk(on);
    for (const User* sender : {&talk.ann, &talk.bob, &talk.ann, &talk.ann}) on.say(talk.room, *sender, "x");
    const auto count = [&](UserId member, Seq above) {
        const RoomQuestion question{.room = talk.room, .member = member, .client_msg_id = {}, .unread_above = above};
        std::uint64_t counted = 0;
        CHECK_TRUE(on.store()
                       .transact([&](Transaction& transaction) -> Result<void> {
                           auto locked = transaction.lock_rooms({&question, 1}, Patience::kWaits);
                           if (!locked) return std::move(locked).error();
                           counted = locked->answers.at(0).unread_above;
                           return {};
                       })
                       .ok());
        return counted;
    };

    CHECK_EQUAL(3U, count(talk.bob.id, Seq{}));
    CHECK_EQUAL(2U, count(talk.bob.id, Seq{1}));
    CHECK_EQUAL(0U, count(talk.ann.id, Seq{2}));
}

STORE_RULE(RoomsComeMostRecentActivityFirst) {
    const User ann = on.user("ann");
    std::vector<RoomId> rooms;
    std::vector<User> peers;
    for (int i = 0; i < 3; ++i) {
        peers.push_back(on.user("peer"));
        rooms.push_back(on.room(ann, peers.back()));
    }
    const Message message = on.say(rooms[0], peers[0], "newest");

    const RoomPage page = *on.store().rooms(ann.id, std::nullopt, 10);

    LONGS_EQUAL(3, page.rooms.size());
    CHECK_TRUE(page.rooms[0].id == rooms[0] && page.rooms[1].id == rooms[2] && page.rooms[2].id == rooms[1]);
    CHECK_TRUE(page.rooms[0].last_message == message && page.rooms[0].unread_count == 1);
    CHECK_TRUE(page.rooms[0].peer == card_of(peers[0]));
    CHECK_TRUE(page.rooms[0] == *on.store().room(rooms[0], ann.id));
    CHECK_FALSE(page.next.has_value());
    CHECK_TRUE(on.store().rooms(on.user("lonely").id, std::nullopt, 10)->rooms.empty());
}

STORE_RULE(RoomsEndAtTheBytesOfAPage) {
    const User ann = on.user("ann");
    std::vector<RoomId> made;
    for (const std::size_t length : {2000U, 1U, 2000U, 2000U, 1U}) {
        const User peer = on.user("peer");
        made.insert(made.begin(), on.room(ann, peer));
        on.say(made.front(), peer, std::string(length, 'x'));
    }

    for (const std::size_t bytes : {std::size_t{1}, std::size_t{3000}, std::size_t{6000}, std::size_t{100000}}) {
        std::vector<RoomId> seen;
        std::optional<RoomPosition> position;
        do {
            const RoomPage page = *on.store().rooms(ann.id, position, {100, bytes});
            std::size_t weight = 0;
            for (const Room& room : page.rooms) {
                weight += weight_of(room);
                seen.push_back(room.id);
                CHECK_TRUE(room == *on.store().room(room.id, ann.id));
            }
            CHECK_TRUE(page.rooms.size() == 1 || weight <= bytes);
            position = page.next;
            CHECK_TRUE(seen.size() <= made.size());
        } while (position);
        CHECK_TRUE(seen == made);
    }
    LONGS_EQUAL(2, on.store().rooms(ann.id, std::nullopt, {100, 6000})->rooms.size());
    LONGS_EQUAL(5, on.store().rooms(ann.id, std::nullopt, {5, 100000})->rooms.size());
}

STORE_RULE(TimesAreKeptToTheMicrosecondAtTheEndsOfTheirRange) {
    const User ann = on.user("ann");
    std::vector<Time> times;
    for (const char* text : {"9999-12-31T23:59:59.999999Z", "2038-01-19T03:14:08.000001Z",
                             "2024-02-29T12:00:00.100000Z", "1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00Z",
                             "1969-12-31T23:59:59.999999Z", "1000-01-01T00:00:00.5Z"})
        times.push_back(*from_rfc3339(text));
    for (const Time time : times) {
        const User peer = on.user("peer");
        std::optional<RoomId> made;
        const auto done = on.store().transact([&](Transaction& transaction) -> Result<void> {
            auto id = transaction.insert_room({ann.id, peer.id}, time);
            if (!id) return std::move(id).error();
            made = *id;
            return {};
        });
        CHECK_TRUE(done.ok());
        const RoomState state = *on.store().room_state(*made, ann.id);
        CHECK_TRUE(state.created_at == time && state.last_message_at == time);
    }

    std::optional<RoomPosition> position;
    for (const Time time : times) {
        const RoomPage page = *on.store().rooms(ann.id, position, 1);
        LONGS_EQUAL(1, page.rooms.size());
        CHECK_TRUE(page.rooms[0].created_at == time);
        position = page.next;
    }
    CHECK_FALSE(position.has_value());
}

STORE_RULE(RoomsOfOneMomentArePagedWithoutLossOrRepetition) {
    // As user1 of some rooms and as user2 of others, all with the same last_message_at.
    std::vector<User> before;
    for (int i = 0; i < 4; ++i) before.push_back(on.user("before"));
    const User ann = on.user("ann");
    const Time moment = now();
    std::set<std::uint64_t> made;
    const auto make = [&](UserId lower, UserId higher) {
        const auto done = on.store().transact([&](Transaction& transaction) -> Result<void> {
            auto id = transaction.insert_room({lower, higher}, moment);
            if (!id) return std::move(id).error();
            made.insert(id->value);
            return {};
        });
        CHECK_TRUE(done.ok());
    };
    for (const User& peer : before) {
        make(peer.id, ann.id);
        make(ann.id, on.user("after").id);
    }

    std::vector<std::uint64_t> seen;
    std::optional<RoomPosition> position;
    std::size_t pages = 0;
    do {
        const RoomPage page = *on.store().rooms(ann.id, position, 3);
        CHECK_TRUE(page.rooms.size() <= 3);
        for (const Room& room : page.rooms) seen.push_back(room.id.value);
        position = page.next;
        CHECK_TRUE(++pages < 10);
    } while (position);

    LONGS_EQUAL(3, pages);
    CHECK_TRUE(seen == std::vector<std::uint64_t>(made.rbegin(), made.rend()));
}
