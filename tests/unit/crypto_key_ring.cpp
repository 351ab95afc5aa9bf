// tests/unit/crypto_key_ring.cpp — What a key file may say, and how a ring is replaced.
#include "lib/crypto/key_ring.h"

#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::crypto;
using billet::tests::hex_key;

TEST_GROUP(KeyRing) {
    tests::ScratchFolder folder;
    const std::string sound = "# keys\n1 accepted " + hex_key('1') + "\n2 current " + hex_key('2') + "\n";

    std::string refusal_of(const std::string& text, unsigned mode = 0600) {
        auto ring = KeyRing::load(folder.write("wrong.keys", text, mode));
        return ring ? "" : ring.error().detail;
    }
    bool refuses(const std::string& text, const std::string& with) {
        const bool found = refusal_of(text).find(with) != std::string::npos;
        if (!found) FAIL(("'" + refusal_of(text) + "' does not say " + with).c_str());
        return found;
    }
};

TEST(KeyRing, KnowsItsCurrentAndItsAcceptedKeys) {
    auto ring = KeyRing::load(folder.write("content.keys", sound));

    CHECK_TRUE(ring.ok());
    LONGS_EQUAL(2, (*ring)->current_id());
    LONGS_EQUAL(0x22, (*ring)->current()[0]);
    LONGS_EQUAL(0x11, (*(*ring)->find(1))[31]);
    CHECK_TRUE((*ring)->find(3) == nullptr);
    CHECK_TRUE((*ring)->channel() == nullptr);
}

TEST(KeyRing, NoIdLeadsToTheChannelKey) {
    auto ring = KeyRing::load(folder.write("bus.keys", sound + "0 channel " + hex_key('c') + "\n"));

    LONGS_EQUAL(0xcc, (*(*ring)->channel())[0]);
    CHECK_TRUE((*ring)->find(0) == nullptr);
    LONGS_EQUAL(2, (*ring)->all().size());
}

TEST(KeyRing, SaysWhichLineIsWrong) {
    refuses(sound + "3 accepted 00\n", "wrong.keys:4: the key must be 64 hex digits");
    refuses(sound + "3 accepted " + hex_key('x') + "\n", ":4: the key must be 64 hex digits");
    refuses(sound + "3 accepted " + hex_key('3') + "3\n", ":4: the key must be");
    refuses(sound + "3 current " + hex_key('3') + "\n", ":4: there is a current key already");
    refuses(sound + "2 accepted " + hex_key('3') + "\n", ":4: this id is there already");
    refuses(sound + "0 accepted " + hex_key('3') + "\n", ":4: the channel key");
    refuses(sound + "3 channel " + hex_key('3') + "\n", ":4: the channel key");
    refuses(sound + "65536 accepted " + hex_key('3') + "\n", ":4: the id must be");
    refuses(sound + "-1 accepted " + hex_key('3') + "\n", ":4: the id must be");
    refuses(sound + "3 retired " + hex_key('3') + "\n", ":4: STATE must be");
    refuses(sound + "3 accepted\n", ":4: expected");
    refuses(sound + "3 accepted " + hex_key('3') + " more\n", ":4: expected");
    refuses("1 accepted " + hex_key('1') + "\n", "has no current key");
    refuses("", "is empty");
}

TEST(KeyRing, AFileThatEveryUserMayReadIsRefused) {
    CHECK_TRUE(refusal_of(sound, 0604).find("chmod") != std::string::npos);
    CHECK_TRUE(refusal_of(sound, 0602).find("chmod") != std::string::npos);
    CHECK_TRUE(refusal_of(sound, 0440).empty());
}

TEST(KeyRing, WhatIsNoFileIsRefused) {
    CHECK_TRUE(KeyRing::load(folder.path("missing")).error().code == Code::kInvalidArgument);
    CHECK_FALSE(KeyRing::load("/tmp").ok());
    CHECK_FALSE(KeyRing::load("").ok());
    CHECK_FALSE(KeyRing::load("/dev/zero").ok());
}

TEST(KeyRing, AHolderKeepsItsRingWhenTheFileHasGoneWrong) {
    const std::string path = folder.write("content.keys", sound);
    KeyRingHolder holder(path, *KeyRing::load(path));

    folder.write("content.keys", "rubbish");
    CHECK_FALSE(holder.reload().ok());
    LONGS_EQUAL(2, holder.get()->current_id());

    folder.write("content.keys", "7 current " + hex_key('7'));
    CHECK_TRUE(holder.reload().ok());
    LONGS_EQUAL(7, holder.get()->current_id());
}
