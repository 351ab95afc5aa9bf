// tests/integration/redis_names.cpp — Whoever can read Redis does not learn who uses Billet, nor
// from where.
#include <fstream>

#include "lib/base/text.h"
#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

// 128 bits of a keyed hash, as URL-safe base64.
constexpr std::size_t kHashCharacters = 22;

std::string redis(const std::vector<std::string>& command) {
    std::ifstream file(stack().run_dir + "/keys/redis_operator.password");
    std::string password;
    std::getline(file, password);
    std::vector<std::string> argv{
        "redis-cli", "-s",    stack().run_dir + "/sock/redis.sock", "--no-auth-warning", "--user", "operator",
        "--pass",    password};
    argv.insert(argv.end(), command.begin(), command.end());
    return run(argv).out;
}

// `prefix` and a hash, or what wsd processes say of themselves.
bool names_nobody(std::string_view key) {
    if (key.starts_with("alive:")) return true;
    const std::size_t hash = key.rfind(':') + 1;
    return (key.starts_with("limit:") || key.starts_with("conns:")) && key.size() - hash == kHashCharacters;
}

}  // namespace

TEST_GROUP(RedisNames) {
};

TEST(RedisNames, NoKeyAndNoValueNamesAUser) {
    const Person anna = new_person("annabella");
    const Person ben = new_person("benedetto");
    Http http;
    const std::string room = "/chat/rooms/" + std::to_string(room_of(anna, ben));
    const LiveClient connected = live(anna);
    LONGS_EQUAL(200, http.post("/auth/login", "",
                               R"({"username":)" + json_string(anna.name) + R"(,"password":)" +
                                   json_string(anna.password) + "}")
                         .status);
    LONGS_EQUAL(201, http.post(room + "/messages", anna.token, R"({"content":"hi"})").status);
    LONGS_EQUAL(204, http.post(room + "/typing", anna.token, "").status);
    LONGS_EQUAL(200, http.get("/users/me", ben.token).status);

    // The limits of these tests are so wide that their keys end at once; tools/check/stack.sh sees
    // those.
    std::size_t counts = 0;
    const std::string keys = redis({"--raw", "KEYS", "*"});
    for (const std::string_view key : split(keys, '\n')) {
        if (key.empty()) continue;
        CHECK_TRUE_TEXT(names_nobody(key), std::string(key).c_str());
        counts += key.starts_with("conns:") ? 1U : 0U;
        const std::string value = redis({"--raw", key.starts_with("conns:") ? "HGETALL" : "GET", std::string(key)});
        for (const std::string& word : {anna.name, ben.name, std::string("127.0.0.1")}) {
            CHECK_TRUE(key.find(word) == std::string_view::npos);
            CHECK_TRUE(value.find(word) == std::string::npos);
        }
    }

    CHECK_TRUE(counts >= 1);
}
