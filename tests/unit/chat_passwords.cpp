// tests/unit/chat_passwords.cpp — Which passwords may be chosen.
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/chat/accounts.h"
#include "tests/fakes/fake_ports.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;

TEST_GROUP(NewPasswords) {
    fakes::World world;
    int number = 0;

    std::string verdict(const std::string& password, const std::string& username = "",
                        const std::optional<std::string>& display_name = std::nullopt) {
        world.limiter.taken.clear();
        const std::string name = username.empty() ? "person" + std::to_string(++number) : username;
        auto login = register_account(world.ports, {name, password, display_name}, std::to_string(++number));
        if (login) return "ok";
        const Error& error = login.error();
        return error.fields.empty() ? std::string(code_name(error.code))
                                    : error.fields[0].field + " " + error.fields[0].code;
    }
    void refused(const std::string& password, const std::string& username = "",
                 const std::optional<std::string>& display_name = std::nullopt) {
        STRCMP_EQUAL("password too_common", verdict(password, username, display_name).c_str());
    }
    void accepted(const std::string& password, const std::string& username = "",
                  const std::optional<std::string>& display_name = std::nullopt) {
        STRCMP_EQUAL("ok", verdict(password, username, display_name).c_str());
    }
};

TEST(NewPasswords, TheMostUsedOnesAreRefused) {
    for (const char* password : {"password", "12345678", "qwertyuiop", "Password1", "ILOVEYOU", "1qaz2wsx",
                                 "ＰＡＳＳＷＯＲＤ", "pass\u00ADword", " password "})
        refused(password);
}

TEST(NewPasswords, EveryLineOfTheListIsFound) {
    const std::string text =
#include "lib/chat/common_passwords.inc"
        ;
    world.limits.password_min = 1;
    int lines = 0;
    for (const std::string_view line : split(text, '\n')) {
        if (line.empty()) continue;
        ++lines;
        STRCMP_EQUAL(std::string(line).c_str(), folded(line).c_str());
        refused(std::string(line));
    }
    CHECK_TRUE(lines > 10000);
}

TEST(NewPasswords, OneRepeatedCharacterIsRefused) {
    refused("aaaaaaaa");
    refused("????????????????");
    refused("        ");
    refused("ääää");
    refused("aAaAaAaA");
    refused("\u00AD\u00AD\u00AD\u00AD");
    accepted("aaaaaaab");
}

TEST(NewPasswords, ThePersonsOwnNameIsRefused) {
    refused("carol.smith", "carol.smith");
    refused("Carol.Smith", "carol.smith");
    refused("dorothea1999", "dorothea");
    refused("Edeltraud!", "edeltraud");
    refused("frieda-99", "frieda");
    refused("Gräfin Mariza", "gmariza", "gräfin mariza");
    refused("Hans Wurst 1!", "hanswurst", " Hans Wurst ");
    accepted("anna-5fcdc8", "anna");
    accepted("idas password", "ida");
    accepted("my name is jo", "jo.");
}

TEST(NewPasswords, TheOnesInOurOwnDocumentsAreAccepted) {
    for (const char* password : {"correct horse", "battery staple", "a good password", "correct horse battery"})
        accepted(password);
}

TEST(NewPasswords, LengthIsToldFirst) {
    STRCMP_EQUAL("password length", verdict("1234567").c_str());
    STRCMP_EQUAL("password length", verdict(std::string(257, 'x')).c_str());
}

TEST(NewPasswords, AnOldOneGoesOnWorking) {
    CHECK_TRUE(world.ports.users
                   .create_user({.username = "oldtimer",
                                 .display_name = "Oldtimer",
                                 .password_hash = *world.ports.passwords.hash("password"),
                                 .issuer = {},
                                 .external_id = {},
                                 .role = Role::kUser})
                   .ok());

    CHECK_TRUE(log_in(world.ports, "oldtimer", "password", "203.0.113.9").ok());
}
