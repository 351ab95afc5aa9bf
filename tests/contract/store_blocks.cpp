// tests/contract/store_blocks.cpp — Nothing moves across a block, and what is due comes when it
// ends: the use cases on both stores.
#include <cstdint>

#include "lib/base/config/limits.h"
#include "lib/chat/accounts.h"
#include "lib/chat/blocks.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/rooms.h"
#include "lib/chat/send_message.h"
#include "tests/contract/store_case.h"
#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::StoreCase;

namespace {

// Two people with a room of three messages, two of ann's and one of bob's between them.
struct Talk {
    StoreCase& on;
    fakes::FakeNotifier notifier;
    fakes::FakeLimiter limiter;
    fakes::FakePasswords passwords;
    fakes::FakeTokens tokens;
    LimitsConfig limits;
    Ports ports = ports_on(on.store(), notifier, limiter, passwords, tokens, limits);
    User anns = on.user("ann");
    User bobs = on.user("bob");
    Caller ann = caller_of(anns);
    Caller bob = caller_of(bobs);
    RoomId room = on.room(anns, bobs);

    explicit Talk(StoreCase& the_case) : on(the_case) {
        on.say(room, anns, "one");
        on.say(room, bobs, "two");
        on.say(room, anns, "three");
    }
    static Caller caller_of(const User& user) {
        return {.user = user.id, .session_id = "s", .token_expires_at = now()};
    }
    void block(const Caller& who, const Caller& whom, bool on_or_off) {
        CHECK_TRUE(set_block(ports, who, whom.user, on_or_off).ok());
    }
    void read(const Caller& who, std::uint64_t seq) { CHECK_TRUE(mark_room_read(ports, who, room, Seq{seq})->moved); }
    std::uint64_t head(const Caller& who) { return on.store().head(who.user)->head.value; }
    // "2/0": one's own mark and the peer's, as one sees them.
    std::string marks(const Caller& who) {
        const Room seen = *on.store().room(room, who.user);
        const Room listed = on.store().rooms(who.user, std::nullopt, 10)->rooms.at(0);
        CHECK_TRUE(seen == listed);
        return std::to_string(seen.read_seq.value) + "/" + std::to_string(seen.peer_read_seq.value);
    }
    // "+-+": which messages are read, as one sees it.
    std::string read_flags(const Caller& who) {
        std::string flags;
        const auto page = on.store().messages(room, who.user, {}, 10);
        for (const Message& message : page->messages) {
            CHECK_TRUE(on.store().message(message.id, who.user)->is_read == message.is_read);
            flags += message.is_read ? '+' : '-';
        }
        return flags;
    }
    // What came after a cursor, "message_read 3" and the like.
    std::string log_after(const Caller& who, std::uint64_t cursor) {
        std::string text;
        const auto page = on.store().events(who.user, Cursor{cursor}, 10);
        for (const Event& event : page->events) {
            LONGS_EQUAL(++cursor, event.cursor.value);
            text += std::string(event_type(event).name);
            if (const auto* read = std::get_if<ReadEvent>(&event.payload)) {
                text += " " + std::to_string(read->seq.value) + " of " + (read->reader == ann.user ? "ann" : "bob") +
                        " unread " + std::to_string(read->unread_count) + "/" + std::to_string(read->total_unread);
            }
            text += "; ";
        }
        return text;
    }
};

}  // namespace

STORE_RULES()

STORE_RULE(AReadMarkMadeAcrossABlockIsItsReadersOwn) {
    Talk talk(on);
    talk.read(talk.bob, 1);
    talk.block(talk.bob, talk.ann, true);
    const std::uint64_t anns = talk.head(talk.ann);
    const std::uint64_t bobs = talk.head(talk.bob);

    talk.read(talk.bob, 3);

    LONGS_EQUAL(anns, talk.head(talk.ann));
    STRCMP_EQUAL("message_read 3 of bob unread 0/0; ", talk.log_after(talk.bob, bobs).c_str());
    STRCMP_EQUAL("0/1", talk.marks(talk.ann).c_str());
    STRCMP_EQUAL("+--", talk.read_flags(talk.ann).c_str());
    STRCMP_EQUAL("3/0", talk.marks(talk.bob).c_str());
    STRCMP_EQUAL("+-+", talk.read_flags(talk.bob).c_str());
    LONGS_EQUAL(0, on.store().head(talk.bob.user)->total_unread);
    LONGS_EQUAL(1, on.store().head(talk.ann.user)->total_unread);
}

STORE_RULE(TheBlockedOnesMarksStayTheirOwnToo) {
    Talk talk(on);
    talk.block(talk.bob, talk.ann, true);
    const std::uint64_t bobs = talk.head(talk.bob);

    talk.read(talk.ann, 2);
    talk.read(talk.ann, 3);

    LONGS_EQUAL(bobs, talk.head(talk.bob));
    STRCMP_EQUAL("0/0", talk.marks(talk.bob).c_str());
    STRCMP_EQUAL("3/0", talk.marks(talk.ann).c_str());
}

STORE_RULE(TheEndOfABlockBringsWhatIsDueOnce) {
    Talk talk(on);
    talk.block(talk.bob, talk.ann, true);
    talk.read(talk.bob, 1);
    talk.read(talk.bob, 3);
    talk.read(talk.ann, 2);
    const std::uint64_t anns = talk.head(talk.ann);
    const std::uint64_t bobs = talk.head(talk.bob);
    talk.notifier.announced.clear();

    talk.block(talk.bob, talk.ann, false);
    talk.block(talk.bob, talk.ann, false);

    STRCMP_EQUAL("message_read 3 of bob unread 0/0; ", talk.log_after(talk.ann, anns).c_str());
    STRCMP_EQUAL("block_updated; message_read 2 of ann unread 0/0; ", talk.log_after(talk.bob, bobs).c_str());
    LONGS_EQUAL(3, talk.notifier.announced.size());
    STRCMP_EQUAL("2/3", talk.marks(talk.ann).c_str());
    STRCMP_EQUAL("3/2", talk.marks(talk.bob).c_str());
    STRCMP_EQUAL("+++", talk.read_flags(talk.ann).c_str());
}

STORE_RULE(NothingIsDueWhereNothingMoved) {
    Talk talk(on);
    talk.read(talk.bob, 1);
    talk.block(talk.bob, talk.ann, true);
    const std::uint64_t anns = talk.head(talk.ann);

    talk.block(talk.bob, talk.ann, false);

    LONGS_EQUAL(anns, talk.head(talk.ann));
    STRCMP_EQUAL("0/1", talk.marks(talk.ann).c_str());
}

STORE_RULE(TheLastOfTwoBlocksHoldsEverythingBack) {
    Talk talk(on);
    talk.block(talk.bob, talk.ann, true);
    talk.block(talk.ann, talk.bob, true);
    talk.read(talk.bob, 3);
    const std::uint64_t anns = talk.head(talk.ann);

    talk.block(talk.bob, talk.ann, false);
    LONGS_EQUAL(anns, talk.head(talk.ann));
    talk.block(talk.ann, talk.bob, false);

    STRCMP_EQUAL("block_updated; message_read 3 of bob unread 1/1; ", talk.log_after(talk.ann, anns).c_str());
}

STORE_RULE(AfterABlockMarksMoveAsBefore) {
    Talk talk(on);
    talk.block(talk.ann, talk.bob, true);
    talk.read(talk.bob, 1);
    talk.block(talk.ann, talk.bob, false);
    const std::uint64_t anns = talk.head(talk.ann);

    talk.read(talk.bob, 3);

    STRCMP_EQUAL("message_read 3 of bob unread 1/1; ", talk.log_after(talk.ann, anns).c_str());
    STRCMP_EQUAL("0/3", talk.marks(talk.ann).c_str());
}

STORE_RULE(ASecondSendOfWhatIsStoredTellsNoMarkAcrossABlock) {
    Talk talk(on);
    const SendMessage message{.room = talk.room, .client_msg_id = StoreCase::unique("m"), .content = "again"};
    CHECK_TRUE(send_message(talk.ports, talk.ann, message).ok());
    talk.block(talk.bob, talk.ann, true);
    talk.read(talk.bob, 4);

    const auto again = send_message(talk.ports, talk.ann, message);

    CHECK_TRUE(again->duplicate);
    CHECK_FALSE(again->message.is_read);
    CHECK_FALSE((*on.store().known_message(talk.room, talk.ann.user, *message.client_msg_id))->is_read);
}

STORE_RULE(ABlockOfPeopleWithoutARoomComesAndGoes) {
    Talk talk(on);
    const Caller cid = Talk::caller_of(on.user("cid"));

    talk.block(talk.ann, cid, true);
    talk.block(talk.ann, cid, false);

    LONGS_EQUAL(0, talk.head(cid));
    CHECK_TRUE(open_room(talk.ports, talk.ann, cid.user)->created);
}

STORE_RULE(ANewDisplayNameIsSeenOnceTheBlockHasEnded) {
    Talk talk(on);
    const auto seen_by = [&](const Caller& who) { return on.store().room(talk.room, who.user)->peer.display_name; };
    talk.block(talk.bob, talk.ann, true);

    CHECK_TRUE(set_display_name(talk.ports, talk.bob, "Robert").ok());
    CHECK_TRUE(set_display_name(talk.ports, talk.ann, "Anna").ok());
    talk.block(talk.ann, talk.bob, true);

    STRCMP_EQUAL("bob", seen_by(talk.ann).c_str());
    STRCMP_EQUAL("ann", seen_by(talk.bob).c_str());
    STRCMP_EQUAL("ann", on.store().blocks(talk.bob.user, UserId{}, 10)->users.at(0).display_name.c_str());
    talk.block(talk.bob, talk.ann, false);
    STRCMP_EQUAL("bob", seen_by(talk.ann).c_str());
    STRCMP_EQUAL("ann", seen_by(talk.bob).c_str());
    talk.block(talk.ann, talk.bob, false);
    STRCMP_EQUAL("Robert", seen_by(talk.ann).c_str());
    STRCMP_EQUAL("Anna", seen_by(talk.bob).c_str());
}
