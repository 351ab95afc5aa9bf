// tests/unit/chat_names.cpp — Names and texts of nothing, and names that a host chose.
#include "lib/base/text.h"
#include "lib/chat/accounts.h"
#include "lib/chat/validate.h"
#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

TEST_GROUP(Names) {
    fakes::World world;

    // The name that is kept, or what is wrong with the wish.
    std::string kept(const std::string& wish) {
        auto user = set_display_name(world.ports, world.alice, wish);
        return user ? user->display_name : user.error().fields.at(0).field + " " + user.error().fields.at(0).code;
    }
    void stays(const std::string& name) {
        STRCMP_EQUAL(name.c_str(), kept(name).c_str());
    }
    void refused(const std::string& name) {
        STRCMP_EQUAL("display_name format", kept(name).c_str());
    }
    // The user whom a host's token makes known.
    User mirrored(const std::string& subject, const std::string& username, const std::string& name = "") {
        world.tokens.host_display_name = name;
        auto caller = world.let_in("host/" + subject + "/" + username);
        return caller ? caller->user() : User{};
    }
    void host_name_is(const std::string& expected, const std::string& username, const std::string& subject = "17") {
        STRCMP_EQUAL(expected.c_str(), mirrored(subject, username).username.c_str());
    }
};

TEST(Names, AMessageHasSomethingThatShows) {
    for (const char* nothing :
         {" \t\n",      "\u00AD", "\u2060",       "\u180E",      "\u2800", "\u3164", "\u115F", "\u1160",
          "\uFFA0",     "\uFE0F", "\u200B\u200D", "\u202E",      "\uFEFF", "\u034F", "\u2065", "\U000E0041\U000E007F",
          "\U0001D159", "\uFFFC", "\u3000\u2800", "\uFFF9\uFFFB"}) {
        CHECK_FALSE_TEXT(check_content(nothing, world.limits).ok(), nothing);
    }
    for (const char* something :
         {".", "\u0301", "\u06DD", "\u00AD\u2060x", "❤️", "\U0001FAE0", "\U0001FFFD", "\U000F0000",
          "\U000E01F0"
          "a"}) {
        CHECK_TRUE(check_content(something, world.limits).ok());
    }
}

TEST(Names, BlanksAtTheEndsOfADisplayNameAreNotPartOfIt) {
    STRCMP_EQUAL("Ada L.", kept("  Ada L.\u00A0\u3000").c_str());
    STRCMP_EQUAL("display_name length", kept(" \u2003 ").c_str());
    STRCMP_EQUAL("display_name length", kept("").c_str());
    stays(std::string(64, 'x'));
    STRCMP_EQUAL(std::string(64, 'x').c_str(), kept(std::string(64, 'x') + "   ").c_str());
    STRCMP_EQUAL("display_name length", kept(std::string(65, 'x')).c_str());
}

TEST(Names, ADisplayNameHasSomethingThatShows) {
    for (const char* nothing :
         {"\u00AD", "\u2060", "\u180E", "\u2800", "\u3164", "\u115F", "\uFE0F", "\u200D", "\uFFFC"})
        refused(nothing);
}

TEST(Names, ADisplayNameIsFreeOfBidiControlsAndOfWhatDoesNotShow) {
    for (const char* name :
         {"An\u200Bna", "An\u202Ena", "\u200FAnna", "Anna\u2069", "An\u061Cna", "An\u00ADna", "An\u200Dna",
          "An\u200Cna", "Anna\uFE0F", "\u3164Anna", "Anna\uFEFF", "An\u034Fna", "An\U000E0101na", "An\u180Ena",
          "Anna\U000E0041\U000E007F", "An\nna", "An\u2028na", "An\u0085na"})
        refused(name);
}

TEST(Names, WhatPeopleWriteStays) {
    stays("Zoë Müller");
    stays("Пётр");
    stays("山田太郎");
    stays("علی\u200Cرضا");                          // Persian: two words in one, not joined
    stays("മോഹന\u0D4D\u200D");                      // Malayalam, as older keyboards end a word
    stays("ශ\u0DCA\u200Dරී");                        // Sinhala
    stays("Ada ❤\uFE0F");                           // a heart as a picture
    stays("\U0001F469\U0001F3FD\u200D\U0001F680");  // an astronaut
    stays("\u2764\uFE0F\u200D\U0001F525");          // a heart on fire
    stays("\U0001F468\u200D\U0001F469\u200D\U0001F467");
    stays("1\uFE0F\u20E3");
    stays("\U0001F1E9\U0001F1EA");
    // Scotland's flag
    stays("\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F");
    // A form of a Han character.
    stays("葛\U000E0100城");
    stays("ᠮᠣᠩᠭᠣᠯ\u180B");  // Mongolian
    stays("\uF8FF");
    stays("Ada   L.");
}

TEST(Names, AnInvisibleCharacterOutOfItsPlaceIsRefused) {
    refused("\U0001F469\u200D");  // a picture joined with nothing
    refused("\U0001F469\u200Dx");
    refused("\u200D\U0001F469");
    refused("علی\u200C\u200Cرضا");
    refused("x\uFE0F");
    refused("❤\uFE0F\uFE0F");
    refused("\U0001F3F4\U000E0067\U000E0062");            // a flag without end
    refused("\U0001F3F4\U000E007F");                      // or without a region
    refused("\U0001F469\U000E0067\U000E0062\U000E007F");  // text hidden behind a picture
    refused("\U0001F3F4\U000E0068\U000E0065\U000E006C\U000E006C\U000E006F\U000E0068\U000E0069\U000E007F");
}

TEST(Names, RegistrationTrimsToo) {
    auto login = register_account(world.ports, {"carol", "correct horse", " Carol\u2003"}, "203.0.113.9");
    auto refused = register_account(world.ports, {"dora", "correct horse", "Do\u202Era"}, "203.0.113.9");

    STRCMP_EQUAL("Carol", login->user.display_name.c_str());
    CHECK_TRUE(refused.error().fields.at(0).field == "display_name");
}

TEST(Names, AHostsUserNameLosesItsAccentsAndKeepsItsLetters) {
    host_name_is("zoe-muller", "Zoë Müller", "1");
    host_name_is("lukasz-zolc", "Łukasz Żółć", "2");
    host_name_is("aero-strasse", "Ærø Straße", "3");
    host_name_is("jose.maria_o-neill", "José.María_O'Neill", "4");
    host_name_is("carla-shop", "Carla@Shop", "5");
    host_name_is("ilkay-gundogan", "İlkay  Gündoğan", "6");
    host_name_is("nguyen-van-a", "Nguyễn Văn A", "7");
    host_name_is("full-width-42", "Ｆｕｌｌ　Ｗｉｄｔｈ ４２", "8");
    host_name_is("zoe", "Zoe\u0308", "9");
}

TEST(Names, RunsThatDoNotFitAreOneDashAndNoneAtTheEnds) {
    host_name_is("ada-lovelace", "  Ada -- (山田) -- Lovelace!! ", "1");
    host_name_is("ivan-the-third", "Ivan Пётр the   Third", "2");
    host_name_is("smith", "Пётр Smith", "3");
    host_name_is("a.b-c.example", "..a.b@c.example._", "4");
}

TEST(Names, AUserNameThatFitsIsTakenAsItStands) {
    host_name_is("a--b_c.", "a--b_c.", "1");
    host_name_is("carol", "carol", "2");
}

TEST(Names, WithFewerThanThreeLettersTheSubjectNamesTheUser) {
    host_name_is("user-42", "Пётр", "42");
    host_name_is("user-customer-17", "山田太郎", "customer-17");
    host_name_is("user-9", "Bo", "9");
    host_name_is("user-x", "---", "x");
    host_name_is("user-auth0-5f7c8ec7c33c6c004bba", "\u200B\u00AD", "auth0|5f7c8ec7c33c6c004bba");
    host_name_is("customer-18", "", "customer-18");
    host_name_is("user-7", "", "7");
}

TEST(Names, ASubjectWithoutLettersIsNumberedAtRandom) {
    const User one = mirrored("山田", "Пётр");
    const User two = mirrored("太郎", "Пётр");

    CHECK_TRUE(one.username.starts_with("user-") && one.username.size() == 11);
    CHECK_TRUE(two.username.starts_with("user-") && two.username != one.username);
}

TEST(Names, LongNamesAreCutAndNeverEndInADash) {
    const std::string long_name(31, 'x');
    host_name_is(long_name, long_name + " y", "1");
    host_name_is(std::string(32, 'z'), std::string(200, 'Z'), "2");

    const User twin = mirrored("3", std::string(24, 'w') + " wwwwwwwwwwww");
    const User other = mirrored("4", std::string(24, 'w') + " wwwwwwwwwwww");

    STRCMP_EQUAL((std::string(24, 'w') + "-wwwwwww").c_str(), twin.username.c_str());
    CHECK_TRUE(other.username.starts_with(std::string(24, 'w') + "-") && other.username.size() == 31);
    CHECK_TRUE(other.username.find("--") == std::string::npos);
}

TEST(Names, AHostsDisplayNameIsMadeToFit) {
    STRCMP_EQUAL("Anna B", mirrored("1", "anna1", " An\u202Ena\tB\u200B ").display_name.c_str());
    STRCMP_EQUAL("Пётр", mirrored("2", "anna2", "Пётр").display_name.c_str());
    STRCMP_EQUAL("anna3", mirrored("3", "anna3", "\u2060\u00AD").display_name.c_str());
    STRCMP_EQUAL("anna4", mirrored("4", "anna4", "").display_name.c_str());
    LONGS_EQUAL(64, code_points(mirrored("5", "anna5", std::string(100, 'x')).display_name));
    STRCMP_EQUAL("علی\u200Cرضا", mirrored("6", "anna6", "علی\u200C\u200Cرضا").display_name.c_str());
}

TEST(Names, ALongDisplayNameOfAHostIsCutBetweenCharactersAsReadersCountThem) {
    const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";

    const User user = mirrored("1", "anna1", std::string(61, 'x') + family);

    STRCMP_EQUAL(std::string(61, 'x').c_str(), user.display_name.c_str());
}
