// tests/unit/wsd_parts.cpp — The parts of wsd that need no loop: messages of fragments, limits,
// outbox, sequencer, close codes, hints.
#include <cstdint>
#include <string>

#include "lib/crypto/base64url.h"
#include "wsd/close_codes.h"
#include "wsd/command_queue.h"
#include "wsd/event_sequencer.h"
#include "wsd/limiter.h"
#include "wsd/memory.h"
#include "wsd/message.h"
#include "wsd/notice_age.h"
#include "wsd/outbox.h"
#include "wsd/token_hint.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wsd;
using namespace std::chrono_literals;

// --- Messages ------------------------------------------------------------------------------------

TEST_GROUP(WsdMessage) {
    Message message;
    std::string_view text;  // of the piece, or of the whole message

    void expect(Message::Taken expected, std::string_view piece, std::size_t left, bool ends) {
        text = piece;
        CHECK_TRUE(expected == message.take(text, left, ends, 10, 3));
    }
};

TEST(WsdMessage, OnePieceIsTakenAsItIs) {
    expect(Message::Taken::kWhole, "hello", 0, true);

    CHECK_TRUE(text == "hello");
}

TEST(WsdMessage, PiecesAndFragmentsAreJoined) {
    expect(Message::Taken::kMore, "ab", 2, false);  // half of the first fragment
    expect(Message::Taken::kMore, "cd", 0, false);
    expect(Message::Taken::kMore, "", 0, false);
    expect(Message::Taken::kWhole, "ef", 0, true);

    CHECK_TRUE(text == "abcdef");
}

TEST(WsdMessage, AClaimAloneCanBeTooBig) {
    expect(Message::Taken::kTooBig, "a", 10, false);
    message.clear();
    expect(Message::Taken::kTooBig, "", SIZE_MAX, false);
    message.clear();
    expect(Message::Taken::kWhole, "0123456789", 0, true);
}

TEST(WsdMessage, TheSumOfFragmentsAndTheirNumberAreBounded) {
    expect(Message::Taken::kMore, "012345", 0, false);
    expect(Message::Taken::kTooBig, "67890", 0, true);
    message.clear();
    for (int i = 0; i < 3; ++i) expect(Message::Taken::kMore, "", 0, false);
    expect(Message::Taken::kTooBig, "", 0, true);
}

TEST(WsdMessage, AfterClearingTheNextOneStartsAnew) {
    expect(Message::Taken::kMore, "ab", 0, false);
    expect(Message::Taken::kWhole, "cd", 0, true);
    message.clear();

    expect(Message::Taken::kWhole, "x", 0, true);

    CHECK_TRUE(text == "x");
}

// --- Limits --------------------------------------------------------------------------------------

TEST_GROUP(WsdLimiter) {
    SteadyTime now = SteadyTime{} + std::chrono::hours{1};
};

TEST(WsdLimiter, ASecondsFramesAtOnceThenOneForEachPartOfASecond) {
    FrameLimiter limiter;
    for (int i = 0; i < 10; ++i) CHECK_TRUE(limiter.take(now, 10));

    CHECK_FALSE(limiter.take(now, 10));
    CHECK_FALSE(limiter.take(now + 99ms, 10));
    CHECK_TRUE(limiter.take(now + 100ms, 10));
    CHECK_FALSE(limiter.take(now + 100ms, 10));
}

TEST(WsdLimiter, TheFifthBadFrameWithinAMinuteIsTooMany) {
    BadFrames bad;
    for (int i = 0; i < 4; ++i) CHECK_FALSE(bad.is_too_many(now));
    CHECK_TRUE(bad.is_too_many(now + 59s));

    BadFrames slow;
    for (int i = 0; i < 50; ++i) CHECK_FALSE(slow.is_too_many(now + 16s * i));
}

// --- Outbox --------------------------------------------------------------------------------------

TEST_GROUP(WsdOutbox) {
    Outbox outbox;
    std::size_t before = waiting.outboxes;

    void teardown() override {
        outbox.clear();
    }
};

TEST(WsdOutbox, FramesLeaveInTheirOrderAndBytesAreCounted) {
    for (int i = 0; i < 500; ++i) {
        outbox.push(make_frame("frame " + std::to_string(1000 + i)), Waits::kReply);
        if (i % 2 == 1) outbox.pop();
    }
    LONGS_EQUAL(250 * 10, outbox.bytes());
    LONGS_EQUAL(before + 2500, waiting.outboxes);

    for (int i = 250; i < 500; ++i) {
        CHECK_TRUE(outbox.front().text() == "frame " + std::to_string(1000 + i));
        outbox.pop();
    }

    CHECK_TRUE(outbox.empty());
    LONGS_EQUAL(0, outbox.bytes());
    LONGS_EQUAL(before, waiting.outboxes);
}

TEST(WsdOutbox, OnlyLiveEventsCountAsLive) {
    outbox.push(make_frame("reply"), Waits::kReply);
    outbox.push(make_frame("paced"), Waits::kPaced);
    CHECK_FALSE(outbox.has_live());

    outbox.push(make_frame("live"), Waits::kLive);
    CHECK_TRUE(outbox.has_live());

    outbox.clear();
    CHECK_FALSE(outbox.has_live());
}

// --- EventSequencer ------------------------------------------------------------------------------

TEST_GROUP(WsdEventSequencer) {
    EventSequencer sequencer;

    void setup() override {
        sequencer.start(Cursor{10});
    }
    void expect_next(const char* text) {
        const FramePtr frame = sequencer.take_next();
        CHECK_TRUE(frame != nullptr);
        STRCMP_EQUAL(text, std::string(frame->text()).c_str());
    }
};

TEST(WsdEventSequencer, EventsLeaveInOrderHoweverTheyCome) {
    sequencer.hold(Cursor{13}, make_frame("13"));
    sequencer.hold(Cursor{11}, make_frame("11"));
    sequencer.hold(Cursor{13}, make_frame("13 again"));
    sequencer.hold(Cursor{10}, make_frame("old"));

    expect_next("11");
    CHECK_TRUE(sequencer.take_next() == nullptr);  // 12 is missing
    CHECK_TRUE(sequencer.is_behind());
    sequencer.hold(Cursor{12}, make_frame("12"));
    expect_next("12");
    expect_next("13");
    CHECK_FALSE(sequencer.is_behind());
    LONGS_EQUAL(13, sequencer.last().value);
}

TEST(WsdEventSequencer, AnAckTakesThePlaceOfItsEventWhoeverBringsThat) {
    sequencer.put_ack(Cursor{12}, {"12", "{}"});
    sequencer.put_ack(Cursor{11}, {"11", "{}"});
    sequencer.hold(Cursor{11}, make_frame("event 11"));

    expect_next(R"({"type":"ack","id":"11","cursor":11,"payload":{}})");
    CHECK_TRUE(sequencer.take_from_log("event 12")->text() == R"({"type":"ack","id":"12","cursor":12,"payload":{}})");
    CHECK_TRUE(sequencer.take_from_log("event 13")->text() == "event 13");
    LONGS_EQUAL(0, sequencer.acks_waiting());
}

TEST(WsdEventSequencer, WhatDoesNotFitIsRememberedAsANumber) {
    for (std::uint64_t i = 12; i < 500; ++i) sequencer.hold(Cursor{i}, make_frame(std::to_string(i)));
    CHECK_TRUE(sequencer.head() == Cursor{499});

    sequencer.take_from_log("11");
    int held = 0;
    while (sequencer.take_next() != nullptr) ++held;

    LONGS_EQUAL(64, held);
    CHECK_TRUE(sequencer.is_behind());
}

TEST(WsdEventSequencer, AStartDropsWhatItKnowsAndKeepsTheRest) {
    sequencer.reset();
    sequencer.hold(Cursor{21}, make_frame("21"));
    sequencer.hold(Cursor{22}, make_frame("22"));

    sequencer.start(Cursor{21});

    expect_next("22");
    CHECK_TRUE(sequencer.take_next() == nullptr);
}

// --- What waits ----------------------------------------------------------------------------------

TEST_GROUP(WsdWaiting) {
    const std::size_t commands = waiting.commands;
    const std::size_t held = waiting.held;
    const std::size_t outboxes = waiting.outboxes;

    void expect(std::size_t more_commands, std::size_t more_held, std::size_t more_outboxes) const {
        LONGS_EQUAL(commands + more_commands, waiting.commands);
        LONGS_EQUAL(held + more_held, waiting.held);
        LONGS_EQUAL(outboxes + more_outboxes, waiting.outboxes);
    }
};

TEST(WsdWaiting, QueuedCommandsCountUntilTheyAreTakenOrDropped) {
    constexpr std::size_t kEach = sizeof(wire::ClientFrame) + 1000;
    const wire::ClientFrame frame{.id = {}, .what = wire::SendFrame{.room_id = 1, .body = std::string(1000, 'x')}};
    {
        CommandQueue queue;
        for (int i = 0; i < 3; ++i) queue.push(frame);
        LONGS_EQUAL(3 * kEach, queue.bytes());
        expect(3 * kEach, 0, 0);

        CHECK_TRUE(std::get<wire::SendFrame>(queue.pop().what).body.size() == 1000);
        expect(2 * kEach, 0, 0);
    }
    expect(0, 0, 0);
}

TEST(WsdWaiting, PartsOfAMessageCountUntilItIsCleared) {
    {
        Message message;
        const auto take = [&message](std::string_view piece, std::size_t left, bool ends) {
            message.take(piece, left, ends, 100, 3);
        };
        take("12345", 5, false);
        expect(5, 0, 0);
        take("67890", 0, true);
        expect(10, 0, 0);
        message.clear();
        expect(0, 0, 0);
        take("123", 5, false);
    }
    expect(0, 0, 0);
}

TEST(WsdWaiting, HeldEventsAndAcksCountUntilTheyLeave) {
    {
        EventSequencer sequencer;
        sequencer.start(Cursor{10});
        sequencer.hold(Cursor{12}, make_frame("12"));
        sequencer.hold(Cursor{13}, make_frame("13"));
        sequencer.put_ack(Cursor{11}, {"11", "{}"});
        expect(0, 4, 4);
        LONGS_EQUAL(4, sequencer.acks_bytes());

        sequencer.take_next();
        sequencer.take_next();
        expect(0, 2, 0);
        sequencer.reset();
        expect(0, 0, 0);
        CHECK_TRUE(sequencer.last() == Cursor{});
        sequencer.hold(Cursor{1}, make_frame("1"));
    }
    expect(0, 0, 0);
}

// --- Age of notices ------------------------------------------------------------------------------

TEST_GROUP(WsdNoticeAge) {
    const Time time{std::chrono::hours{24}};
    const NoticeAges ages{.sign_out = 10s, .typing = 6s};

    bool stale(wire::NoticeKind kind, std::chrono::milliseconds age) const {
        wire::Notice notice;
        notice.kind = kind;
        notice.committed_at = time - age;
        return is_stale(notice, time, ages);
    }
};

TEST(WsdNoticeAge, ASignOutOrTypingOfLongAgoIsStale) {
    for (const auto kind : {wire::NoticeKind::kSessionRevoked, wire::NoticeKind::kAccountDisabled}) {
        CHECK_FALSE(stale(kind, 0ms));
        CHECK_FALSE(stale(kind, 10000ms));
        CHECK_TRUE(stale(kind, 10001ms));
    }
    CHECK_FALSE(stale(wire::NoticeKind::kTyping, 6000ms));
    CHECK_TRUE(stale(wire::NoticeKind::kTyping, 6001ms));
}

TEST(WsdNoticeAge, SoIsOneOfATimeToCome) {
    CHECK_FALSE(stale(wire::NoticeKind::kAccountDisabled, -10000ms));
    CHECK_TRUE(stale(wire::NoticeKind::kAccountDisabled, -10001ms));
    CHECK_TRUE(stale(wire::NoticeKind::kTyping, -24h));
}

TEST(WsdNoticeAge, AnEventIsAsGoodAsItsCursor) {
    CHECK_FALSE(stale(wire::NoticeKind::kEvent, 24h));
    CHECK_FALSE(stale(wire::NoticeKind::kEvent, -24h));
}

// --- Close codes ---------------------------------------------------------------------------------

TEST_GROUP(WsdCloseCodes) {
};

TEST(WsdCloseCodes, EveryReasonFitsIntoACloseFrame) {
    for (const CloseRow& row : kCloses) {
        CHECK_FALSE(close_reason(row.code).empty());
        CHECK_TRUE(close_reason(row.code).size() <= 123);  // what a close frame holds
    }
    CHECK_TRUE(close_reason(CloseCode::kNone).empty());
}

TEST(WsdCloseCodes, OnlyTheCallersStandingEndsAConnection) {
    CHECK_TRUE(close_code_of(Code::kTokenExpired, "") == CloseCode::kNewToken);
    CHECK_TRUE(close_code_of(Code::kUnauthenticated, "revoked") == CloseCode::kNewToken);
    CHECK_TRUE(close_code_of(Code::kUnauthenticated, "invalid") == CloseCode::kTokenInvalid);
    CHECK_TRUE(close_code_of(Code::kAccountDisabled, "") == CloseCode::kAccountDisabled);
    CHECK_TRUE(close_code_of(Code::kCannotMessage, "") == CloseCode::kNone);
    CHECK_TRUE(close_code_of(Code::kUnavailable, "") == CloseCode::kNone);
    CHECK_TRUE(close_code_of(Code::kRateLimited, "") == CloseCode::kNone);
}

TEST(WsdCloseCodes, AClientsCodesMakeNoSeriesOfTheirOwn) {
    STRCMP_EQUAL("1000", client_close_label(1000).c_str());
    STRCMP_EQUAL("1006", client_close_label(1006).c_str());
    for (const unsigned code : {0U, 999U, 1011U, 3000U, 4401U, 4999U, 65535U})
        STRCMP_EQUAL("other", client_close_label(code).c_str());
}

// --- Token hint ----------------------------------------------------------------------------------

TEST_GROUP(WsdTokenHint) {
    static std::string token(const std::string& claims) {
        return "e30." + crypto::base64url(claims) + ".c2ln";
    }
};

TEST(WsdTokenHint, TheSubjectsNumberIsTheUser) {
    CHECK_TRUE(user_hint(token(R"({"sub":"42","exp":1})")) == UserId{42});
}

TEST(WsdTokenHint, WhatTheApiCannotTakeIsNoToken) {
    CHECK_TRUE(is_token("a.b.c"));
    CHECK_TRUE(is_token(std::string(8192, 'x')));
    for (const std::string& text :
         {std::string(), std::string("a b"), std::string("a\r\nb"), std::string("\xc3\xa4"), std::string(8193, 'x')})
        CHECK_FALSE(is_token(text));
}

TEST(WsdTokenHint, AnythingElseIsNoHint) {
    for (const char* claims : {"", "{}", "[]", R"({"sub":42})", R"({"sub":"0"})", R"({"sub":"-1"})", R"({"sub":"a b"})",
                               R"({"sub":"9007199254740992"})", R"({"sub":"1","sub":"2"})"})
        CHECK_FALSE(user_hint(token(claims)).has_value());
    for (const char* text : {"", ".", "..", "a.b", "a.b.c.d", "e30.!!!.x", "e30..x"})
        CHECK_FALSE(user_hint(text).has_value());
    CHECK_FALSE(user_hint(token(R"({"sub":"1","x":")" + std::string(5000, 'x') + R"("})")).has_value());
}
