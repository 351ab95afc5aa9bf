// tests/unit/crypto_key_file.cpp — Keys are made, added, made current and retired, and nothing is
// lost on the way.
#include "lib/crypto/key_file.h"

#include <sys/stat.h>

#include "lib/base/file.h"
#include "lib/crypto/content_sealer.h"
#include "lib/crypto/key_ring.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::crypto;
using billet::tests::hex_key;

TEST_GROUP(KeyFile) {
    tests::ScratchFolder folder;
    const std::string path = folder.path("content.keys");

    std::string text() {
        return *read_whole_file(path);
    }
    static unsigned mode_of(const std::string& file) {
        struct stat status {};
        return stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
    }
};

TEST(KeyFile, AFreshFileIsPrivateAndSound) {
    CHECK_TRUE(create_key_file(path, "Content keys.", ChannelKey::kWithout).ok());

    auto ring = KeyRing::load(path);
    LONGS_EQUAL(0600, mode_of(path));
    CHECK_TRUE(ring.ok());
    LONGS_EQUAL(1, (*ring)->current_id());
    CHECK_TRUE((*ring)->channel() == nullptr);
}

TEST(KeyFile, TwoFreshFilesDiffer) {
    CHECK_TRUE(create_key_file(path, "A.", ChannelKey::kWith).ok());
    CHECK_TRUE(create_key_file(folder.path("other.keys"), "A.", ChannelKey::kWith).ok());

    auto one = KeyRing::load(path);
    auto other = KeyRing::load(folder.path("other.keys"));

    CHECK_FALSE((*one)->current() == (*other)->current());
    CHECK_FALSE(*(*one)->channel() == *(*other)->channel());
    CHECK_FALSE((*one)->current() == *(*one)->channel());
}

TEST(KeyFile, WhatIsThereIsNeverOverwritten) {
    folder.write("content.keys", "something");

    auto made = create_key_file(path, "A.", ChannelKey::kWithout);

    CHECK_TRUE(made.error().code == Code::kConflict);
    CHECK_TRUE(text() == "something");
    CHECK_FALSE(create_key_file(folder.path("no/folder/here"), "A.", ChannelKey::kWithout).ok());
    CHECK_FALSE(create_key_file("", "A.", ChannelKey::kWithout).ok());
}

TEST(KeyFile, RotationGoesByWayOfAccepted) {
    CHECK_TRUE(create_key_file(path, "A.", ChannelKey::kWith).ok());
    const auto before = *KeyRing::load(path);

    LONGS_EQUAL(2, *add_key(path));
    LONGS_EQUAL(1, (*KeyRing::load(path))->current_id());

    LONGS_EQUAL(2, *activate_key(path));
    const auto after = *KeyRing::load(path);
    LONGS_EQUAL(2, after->current_id());
    CHECK_TRUE(*after->find(1) == before->current());
    CHECK_TRUE(*after->channel() == *before->channel());

    CHECK_TRUE(retire_key(path, 1).ok());
    CHECK_TRUE((*KeyRing::load(path))->find(1) == nullptr);
    CHECK_TRUE(*(*KeyRing::load(path))->channel() == *before->channel());
}

TEST(KeyFile, WhatWouldLoseKeysIsRefused) {
    CHECK_TRUE(create_key_file(path, "A.", ChannelKey::kWith).ok());

    CHECK_FALSE(activate_key(path).ok());
    CHECK_FALSE(retire_key(path, 1).ok());
    CHECK_FALSE(retire_key(path, 0).ok());
    CHECK_FALSE(retire_key(path, 7).ok());

    LONGS_EQUAL(1, list_keys(path)->size());
}

TEST(KeyFile, CommentsModeAndOtherLinesStay) {
    folder.write("content.keys", "# one\n\n  5   current   " + hex_key('5') + "  \n# two\n3 accepted " + hex_key('3'),
                 0640);

    LONGS_EQUAL(6, *add_key(path));
    LONGS_EQUAL(6, *activate_key(path));
    CHECK_TRUE(retire_key(path, 3).ok());

    CHECK_TRUE(text().starts_with("# one\n\n  5   accepted   " + hex_key('5') + "  \n# two\n6 current "));
    LONGS_EQUAL(0640, mode_of(path));
}

TEST(KeyFile, AWrongFileOrAnUnfinishedChangeIsLeftAlone) {
    folder.write("content.keys", "rubbish");
    CHECK_FALSE(add_key(path).ok());
    CHECK_TRUE(text() == "rubbish");

    folder.write("content.keys", "1 current " + hex_key('1'));
    folder.write("content.keys.new", "half");
    CHECK_TRUE(add_key(path).error().detail.find("content.keys.new") != std::string::npos);
    LONGS_EQUAL(1, list_keys(path)->size());
}

TEST(KeyFile, IdsEndAt65535) {
    folder.write("content.keys", "65535 current " + hex_key('1'));

    CHECK_FALSE(add_key(path).ok());
}
