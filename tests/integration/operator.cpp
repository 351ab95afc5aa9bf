// tests/integration/operator.cpp — What an operator does to a running system: new keys, a new
// epoch, sample data, wrong usage.
#include <cstdint>
#include <cstdlib>

#include "tests/support/http.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(Operator) {
    Http http;
    Person anna = new_person("anna");
    Person ben = new_person("ben");
    std::string messages = "/chat/rooms/" + std::to_string(room_of(anna, ben)) + "/messages";

    // Runs it, wants it to succeed, and gives what it printed.
    std::string must(const std::vector<std::string>& args) {
        const Finished done = billetctl(args);
        LONGS_EQUAL_TEXT(0, done.exit_code, done.out.c_str());
        return done.out;
    }
    // "7": the id of the current key of this kind.
    std::string current_key(const std::string& kind) {
        const std::string list = must({"key", "list"});
        const std::size_t end = list.find(" current", list.find(kind + " "));
        const std::size_t start = list.rfind(' ', end - 1) + 1;
        return list.substr(start, end - start);
    }
    // How often the process has read its keys since its log began.
    static int readings(const std::string& service) {
        return std::atoi(
            tests::run({"grep", "-cE", "event=keys_re(ad|loaded)", stack().run_dir + "/log/" + service + ".log"})
                .out.c_str());
    }
    void read_keys_again() {
        for (const char* service : {"api-1", "api-2", "wsd-1", "wsd-2"}) {
            const int before = readings(service);
            CHECK_TRUE(signal_service(service, SIGHUP));
            for (int i = 0; i < 200 && readings(service) == before; ++i) sleep_ms(50);
            CHECK_TRUE(readings(service) > before);
        }
    }
    void rotate(const std::string& kind) {
        must({"key", "rotate", kind});
        read_keys_again();
        must({"key", "rotate", kind, "--activate"});
        read_keys_again();
    }
    void say(const std::string& content) {
        LONGS_EQUAL(201, http.post(messages, anna.token, R"({"content":)" + json_string(content) + "}").status);
    }
    std::string contents() {
        std::string all;
        for (const wire::Json& message : http.get(messages, ben.token).json().items)
            all += text_of(message, "content") + " ";
        return all;
    }
};

TEST(Operator, NoMessageIsLostWhenContentKeysAreChanged) {
    say("one");
    const std::string old_key = current_key("content");
    rotate("content");
    say("two");

    const Finished too_early = billetctl({"key", "retire", "content", old_key});
    must({"key", "reseal"});
    must({"key", "retire", "content", old_key});
    read_keys_again();
    say("three");

    LONGS_EQUAL(1, too_early.exit_code);
    STRCMP_CONTAINS("run: billetctl key reseal", too_early.out.c_str());
    STRCMP_EQUAL("one two three ", contents().c_str());
}

TEST(Operator, TokensLiveAsLongAsTheirKey) {
    const std::string old_key = current_key("token");
    rotate("token");
    const HttpReply login =
        http.post("/auth/login", "",
                  R"({"username":)" + json_string(anna.name) + R"(,"password":)" + json_string(anna.password) + "}");
    LONGS_EQUAL(200, http.get("/users/me", anna.token).status);

    must({"key", "retire", "token", old_key});
    read_keys_again();

    LONGS_EQUAL(401, http.get("/users/me", anna.token).status);
    LONGS_EQUAL(200, http.get("/users/me", login.text("access_token")).status);
}

TEST(Operator, ANewEpochEndsAllSessionsAndMakesEveryClientReload) {
    const HttpReply head = http.get("/chat/sync", ben.token);
    const std::string position =
        "/chat/sync?cursor=" + std::to_string(head.number("cursor")) + "&epoch=" + head.text("epoch");
    LONGS_EQUAL(200, http.get(position, ben.token).status);

    STRCMP_CONTAINS("ended ", must({"epoch", "new"}).c_str());

    LONGS_EQUAL(401, http.get("/users/me", ben.token).status);
    LONGS_EQUAL(401,
                http.post("/auth/refresh", "", R"({"refresh_token":)" + json_string(ben.refresh_token) + "}").status);
    const std::string token =
        http.post("/auth/login", "",
                  R"({"username":)" + json_string(ben.name) + R"(,"password":)" + json_string(ben.password) + "}")
            .text("access_token");
    const HttpReply refused = http.get(position, token);
    LONGS_EQUAL(410, refused.status);
    STRCMP_EQUAL("resync_required", refused.text("code").c_str());
    CHECK_FALSE(http.get("/chat/sync", token).text("epoch") == head.text("epoch"));
}

TEST(Operator, WhoIsDisabledCanBeSavedAndDisabledAgain) {
    must({"user", "disable", anna.name});
    const std::string line = std::to_string(anna.id) + " " + anna.name + "\n";
    STRCMP_CONTAINS(line.c_str(), must({"user", "disabled-list"}).c_str());
    must({"user", "enable", anna.name});

    const Finished done = billetctl({"user", "disable-list"}, line + "9007199254740991 nobody\n");
    const Finished nonsense = billetctl({"user", "disable-list"}, "nonsense\n");

    LONGS_EQUAL(0, done.exit_code);
    STRCMP_CONTAINS("not here: 9007199254740991 nobody", done.out.c_str());
    STRCMP_CONTAINS("disabled 1 accounts", done.out.c_str());
    LONGS_EQUAL(1, nonsense.exit_code);
    LONGS_EQUAL(403, http.get("/users/me", anna.token).status);
}

TEST(Operator, SampleDataIsAsSoundAsIfPeopleHadWrittenIt) {
    must({"sample-data", "--users", "5", "--rooms", "5", "--messages", "2000", "--rooms-for", ben.name});

    std::uint64_t unread = 0;
    std::uint64_t rooms_unread = 0;
    for (const wire::Json& room : http.get("/chat/rooms?limit=100", ben.token).json().items) {
        unread += number_of(room, "unread_count");
        rooms_unread += number_of(room, "unread_count") > 0 ? 1U : 0U;
        const std::string path =
            "/chat/rooms/" + std::to_string(number_of(room, "id")) + "/messages?limit=200&after_seq=";
        std::uint64_t seq = 0;
        std::uint64_t unread_seen = 0;
        for (wire::Json page; seq < number_of(room, "last_seq");) {
            page = http.get(path + std::to_string(seq), ben.token).json();
            CHECK_FALSE(page.items.empty());
            if (page.items.empty()) break;
            for (const wire::Json& message : page.items) {
                LONGS_EQUAL(++seq, number_of(message, "seq"));
                if (number_of(message, "sender_id") != ben.id && seq > number_of(room, "read_seq")) ++unread_seen;
            }
        }
        LONGS_EQUAL(number_of(room, "unread_count"), unread_seen);
    }
    const HttpReply totals = http.get("/chat/unread", ben.token);
    LONGS_EQUAL(unread, totals.number("total_unread"));
    LONGS_EQUAL(rooms_unread, totals.number("rooms_unread"));
}

TEST(Operator, WrongUsageIsTwoAndARefusalIsOneWithALine) {
    LONGS_EQUAL(2, billetctl({"user", "add"}).exit_code);
    LONGS_EQUAL(2, billetctl({"nonsense"}).exit_code);
    LONGS_EQUAL(2, billetctl({"token", "issue", "--user", anna.name, "--ttl", "0"}).exit_code);

    const Finished unknown = billetctl({"user", "disable", "nobody-at-all"});
    LONGS_EQUAL(1, unknown.exit_code);
    STRCMP_EQUAL("billetctl: there is no user 'nobody-at-all'\n", unknown.out.c_str());
    LONGS_EQUAL(1, billetctl({"session", "revoke", "none"}).exit_code);
    const Finished current = billetctl({"key", "retire", "content", current_key("content")});
    LONGS_EQUAL(1, current.exit_code);
    STRCMP_CONTAINS("is the current one; rotate first", current.out.c_str());
    LONGS_EQUAL(1, billetctl({"user", "add", anna.name, "--password-stdin"}, "a good password").exit_code);
    LONGS_EQUAL(1, billetctl({"user", "add", fresh_name("short"), "--password-stdin"}, "short").exit_code);
    const Finished guessed = billetctl({"user", "add", fresh_name("guessed"), "--password-stdin"}, "qwertyuiop");
    LONGS_EQUAL(1, guessed.exit_code);
    STRCMP_CONTAINS("one of those that are guessed first", guessed.out.c_str());
}
