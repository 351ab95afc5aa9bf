// tests/unit/crypto_sealers.cpp — What is sealed opens in its own place, with its own key,
// unchanged; and nowhere else.
#include <set>

#include "lib/crypto/base64url.h"
#include "lib/crypto/content_sealer.h"
#include "lib/crypto/notice_sealer.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::crypto;
using billet::tests::hex_key;

TEST_GROUP(ContentSealer) {
    tests::ScratchFolder folder;
    std::string path = folder.write("content.keys", "1 current " + hex_key('1'));
    std::shared_ptr<ContentSealer> sealer = *ContentSealer::from_file(path);
    const RoomId room{7};
    const Seq seq{88};
    const UserId sender{5};
    const std::string text = "H\xC3\xA4llo";
    Sealed sealed = sealer->seal(room, seq, sender, text);
};

TEST(ContentSealer, OpensWhatItSealed) {
    auto opened = sealer->open(sealed.key_id, room, seq, sender, sealed.bytes);

    CHECK_TRUE(opened.ok());
    CHECK_TRUE(*opened == text);
    LONGS_EQUAL(1 + 24 + text.size() + 16, sealed.bytes.size());
    CHECK_TRUE(sealed.bytes.find(text) == std::string::npos);
}

TEST(ContentSealer, ARowCopiedAnywhereElseDoesNotOpen) {
    CHECK_TRUE(sealer->open(1, RoomId{8}, seq, sender, sealed.bytes).error().reason == "forged");
    CHECK_TRUE(sealer->open(1, room, Seq{89}, sender, sealed.bytes).error().reason == "forged");
    CHECK_TRUE(sealer->open(1, room, seq, UserId{6}, sealed.bytes).error().reason == "forged");
}

TEST(ContentSealer, EveryChangedByteIsNoticed) {
    for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
        std::string changed = sealed.bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_FALSE(sealer->open(1, room, seq, sender, changed).ok());
    }
}

TEST(ContentSealer, TruncatedBytesAreForged) {
    for (std::size_t size = 0; size < sealed.bytes.size(); ++size) {
        CHECK_TRUE(sealer->open(1, room, seq, sender, sealed.bytes.substr(0, size)).error().reason == "forged");
    }
}

TEST(ContentSealer, TheSameTextNeverLooksTheSame) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(sealer->seal(room, seq, sender, text).bytes);

    LONGS_EQUAL(100, seen.size());
}

TEST(ContentSealer, TheKeyIdIsBoundEvenWhenTwoIdsHaveOneKey) {
    folder.write("content.keys", "1 accepted " + hex_key('1') + "\n2 current " + hex_key('1'));
    CHECK_TRUE(sealer->reload().ok());

    CHECK_TRUE(sealer->open(2, room, seq, sender, sealed.bytes).error().reason == "forged");
    CHECK_TRUE(sealer->open(1, room, seq, sender, sealed.bytes).ok());
}

TEST(ContentSealer, RotationKeepsOldRowsReadable) {
    folder.write("content.keys", "1 accepted " + hex_key('1') + "\n2 current " + hex_key('2'));
    CHECK_TRUE(sealer->reload().ok());

    const Sealed fresh = sealer->seal(room, seq, sender, text);

    LONGS_EQUAL(2, fresh.key_id);
    CHECK_TRUE(*sealer->open(1, room, seq, sender, sealed.bytes) == text);
    CHECK_TRUE(*sealer->open(2, room, seq, sender, fresh.bytes) == text);
}

TEST(ContentSealer, AKeyThatIsGoneIsNamedAndTheContentIsNot) {
    auto opened = sealer->open(9, room, seq, sender, sealed.bytes);

    CHECK_TRUE(opened.error().reason == "unknown_key");
    CHECK_TRUE(opened.error().detail.find("key 9") != std::string::npos);
    CHECK_TRUE(opened.error().detail.find(text) == std::string::npos);
}

TEST(ContentSealer, EmptyAndLargeTextsSurvive) {
    for (const std::string& content : {std::string(), std::string(16000, 'x'), std::string("a\0b", 3)}) {
        const Sealed one = sealer->seal(room, seq, sender, content);
        CHECK_TRUE(*sealer->open(one.key_id, room, seq, sender, one.bytes) == content);
    }
}

TEST_GROUP(NoticeSealer) {
    tests::ScratchFolder folder;
    const std::string channel_key = "0 channel " + hex_key('c') + "\n";
    std::string path = folder.write("bus.keys", channel_key + "258 current " + hex_key('1'));
    std::shared_ptr<NoticeSealer> sealer = *NoticeSealer::from_file(path);
    const std::string channel = "n:somebody";
    std::string sealed = sealer->seal(channel, "notice");
};

TEST(NoticeSealer, OpensWhatItSealedAndSaysItsKey) {
    CHECK_TRUE(*sealer->open(channel, sealed) == "notice");
    CHECK_TRUE(sealed.substr(0, 5) == std::string("BN\x01\x01\x02", 5));
    LONGS_EQUAL(5 + 24 + 6 + 16, sealed.size());
}

TEST(NoticeSealer, ANoticeMovedToAnotherChannelIsForged) {
    CHECK_TRUE(sealer->open("n:somebody else", sealed).error().reason == "forged");
    CHECK_TRUE(sealer->open("", sealed).error().reason == "forged");
}

TEST(NoticeSealer, TellsMalformedUnknownAndForgedApart) {
    CHECK_TRUE(sealer->open(channel, "").error().reason == "malformed");
    CHECK_TRUE(sealer->open(channel, "BN").error().reason == "malformed");
    CHECK_TRUE(sealer->open(channel, "XN" + sealed.substr(2)).error().reason == "malformed");
    CHECK_TRUE(sealer->open(channel, "BN\x02" + sealed.substr(3)).error().reason == "malformed");
    CHECK_TRUE(sealer->open(channel, "BN\x01\x01\x03" + sealed.substr(5)).error().reason == "unknown_key");
    CHECK_TRUE(sealer->open(channel, sealed.substr(0, 20)).error().reason == "forged");
    CHECK_TRUE(sealer->open(channel, sealed + "x").error().reason == "forged");
}

TEST(NoticeSealer, TheChannelKeyOpensNothing) {
    CHECK_TRUE(sealer->open(channel, std::string("BN\x01\0\0", 5) + sealed.substr(5)).error().reason == "unknown_key");
}

TEST(NoticeSealer, EveryChangedByteIsRefused) {
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 0x10);
        CHECK_FALSE(sealer->open(channel, changed).ok());
    }
}

TEST(NoticeSealer, ChannelsDifferPerUserAndSurviveRotation) {
    const std::string name = sealer->channel_of(UserId{5});
    CHECK_TRUE(name.starts_with("n:"));
    LONGS_EQUAL(2 + 22, name.size());
    CHECK_FALSE(name == sealer->channel_of(UserId{6}));

    folder.write("bus.keys", channel_key + "258 accepted " + hex_key('1') + "\n3 current " + hex_key('3'));
    CHECK_TRUE(sealer->reload().ok());

    CHECK_TRUE(sealer->channel_of(UserId{5}) == name);
    CHECK_TRUE(*sealer->open(channel, sealed) == "notice");
}

TEST(NoticeSealer, AFileWithoutAChannelKeyIsRefusedAtTheStartAndAtAReload) {
    const std::string bare = "258 current " + hex_key('1');
    CHECK_FALSE(NoticeSealer::from_file(folder.write("bare.keys", bare)).ok());

    folder.write("bus.keys", bare);
    CHECK_FALSE(sealer->reload().ok());

    CHECK_TRUE(sealer->channel_of(UserId{5}).starts_with("n:"));
}

TEST_GROUP(Base64Url) {
};

TEST(Base64Url, TakesItsOwnTextAndNothingElse) {
    for (const std::string& bytes :
         {std::string(), std::string("\0", 1), std::string("\xFF\xFE"), std::string("abc")}) {
        CHECK_TRUE(*from_base64url(base64url(bytes)) == bytes);
    }
    CHECK_TRUE(base64url("\xFB\xFF") == "-_8");
    for (const char* wrong : {"A", "AB==", "A+==", "QQ=", "Q Q", "QR", "\x80\x80\x80\x80", "QQ\n"})
        CHECK_FALSE(from_base64url(wrong).has_value());
}
