// tests/unit/wire_notice.cpp — The bytes of a notice, there and back, and everything that is none.
#include "lib/wire/notice.h"

#include <string>

#include "lib/base/text.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wire;

TEST_GROUP(Notices) {
    Notice notice{.recipient = UserId{0x0102030405060708},
                  .cursor = Cursor{1005},
                  .committed_at = *from_rfc3339("2024-03-14T12:00:00.123456Z"),
                  .kind = NoticeKind::kEvent,
                  .cause = "w1:42:7",
                  .payload = "{\"type\":\"x\"}"};

    void survives(const Notice& sent) {
        auto read = decode_notice(encode_notice(sent));
        CHECK_TRUE(read.ok());
        CHECK_TRUE(read->recipient == sent.recipient);
        CHECK_TRUE(read->cursor == sent.cursor);
        CHECK_TRUE(read->committed_at == sent.committed_at);
        CHECK_TRUE(read->kind == sent.kind);
        CHECK_TRUE(read->cause == sent.cause);
        CHECK_TRUE(read->payload == sent.payload);
    }
};

TEST(Notices, HaveTheseBytes) {
    notice.cause = "ab";
    notice.payload = "cd";

    STRCMP_EQUAL(
        "0102030405060708"
        "00000000000003ed"
        "0006139da1791240"
        "01"
        "02"
        "6162"
        "6364",
        to_hex(encode_notice(notice)).c_str());
}

TEST(Notices, SurviveTheJourney) {
    survives(notice);
    for (const NoticeKind kind : {NoticeKind::kTyping, NoticeKind::kSessionRevoked, NoticeKind::kAccountDisabled}) {
        notice.kind = kind;
        notice.cursor = Cursor{0};
        survives(notice);
    }
    notice.cause.assign(kNoticeCauseBytesMax, 'o');
    notice.payload.assign(70'000, '\0');
    survives(notice);
    notice.cause.clear();
    notice.payload.clear();
    survives(notice);
}

TEST(Notices, CutBeforeThePayloadAreRefused) {
    const std::string whole = encode_notice(notice);
    const std::size_t payload_at = whole.size() - notice.payload.size();
    for (std::size_t length = 0; length < payload_at; ++length) {
        CHECK_FALSE(decode_notice(whole.substr(0, length)).ok());
    }
    CHECK_TRUE(decode_notice(whole.substr(0, payload_at)).ok());
}

TEST(Notices, OfAnUnknownKindAreRefused) {
    std::string bytes = encode_notice(notice);
    for (const char kind : {'\0', '\5', '\x7F', '\xFF'}) {
        bytes[24] = kind;
        CHECK_FALSE(decode_notice(bytes).ok());
    }
}

TEST(Notices, WhoseCauseIsLongerThanTheyAreRefused) {
    notice.cause.clear();
    notice.payload = "1234";
    std::string bytes = encode_notice(notice);
    bytes[25] = 5;
    CHECK_FALSE(decode_notice(bytes).ok());
    bytes[25] = 4;
    STRCMP_EQUAL("1234", decode_notice(bytes)->cause.c_str());
}
