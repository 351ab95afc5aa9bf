// tests/unit/base_config.cpp — What a configuration may say, and how it is refused.
#include "lib/base/config.h"

#include <cstdlib>

#include "lib/base/file.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(Config) {
    tests::ScratchFolder folder;

    void teardown() override {
        for (const char* name : {"BILLET_API__THREADS", "BILLET_API__THREDS", "BILLET_LIMITS__SENDS_PER_SECOND",
                                 "BILLET_WSD__API_SOCKETS", "BILLET_WSD__DIRECT_WRITE"})
            unsetenv(name);
    }
    Result<Config> load(const std::string& text, const std::string& instance = "") {
        return load_config(folder.write("billet.toml", text), instance);
    }
    // Fails unless the text is refused with a message that ends "billet.toml" + `message`.
    void refuses(const std::string& text, const std::string& message) {
        auto config = load(text);
        const std::string detail = config ? "accepted" : config.error().detail;
        const std::size_t name = detail.find("billet.toml");
        STRCMP_EQUAL(("billet.toml" + message).c_str(),
                     name == std::string::npos ? detail.c_str() : detail.substr(name).c_str());
    }
};

TEST(Config, AnEmptyFileIsTheDefaults) {
    auto config = load("");

    CHECK_TRUE(config.ok());
    LONGS_EQUAL(8, config->api.threads);
    CHECK_TRUE(config->limits.refresh_token_s == std::chrono::seconds{2592000});
}

TEST(Config, ValuesOfEveryTypeAreRead) {
    auto config = load(
        "[api]\nthreads = 3\n[limits]\nsends_per_second = 0.5\nrooms_per_hour = 7\naccess_token_s = "
        "60\n[redis]\ntimeout_ms = 50\n"
        "[wsd]\ndirect_write = false\nallowed_origins = [\"https://a\", \"https://b\"]\n[database]\nport = 3307\nuser "
        "= \"x\"");

    LONGS_EQUAL(3, config->api.threads);
    DOUBLES_EQUAL(0.5, config->limits.sends_per_second, 0);
    DOUBLES_EQUAL(7, config->limits.rooms_per_hour, 0);
    CHECK_TRUE(config->limits.access_token_s == std::chrono::seconds{60});
    CHECK_TRUE(config->redis.timeout_ms == std::chrono::milliseconds{50});
    CHECK_FALSE(config->wsd.direct_write);
    LONGS_EQUAL(2, config->wsd.allowed_origins.size());
    LONGS_EQUAL(3307, config->database.port);
    CHECK_TRUE(config->database.user == "x");
}

TEST(Config, UnknownNamesAreErrorsWithTheirLine) {
    refuses("[api]\nthreads = 3\nthreds = 3\n", ":3: unknown option [api] threds");
    refuses("[apy]\nthreads = 3\n", ":1: unknown section [apy]");
    refuses("threads = 3\n", ":1: unknown section [threads]");
    refuses("[api.more]\nthreads = 3\n", ":1: unknown option [api] more");
    refuses("api = 3\n", ":1: api must be a section");
}

TEST(Config, WrongTypesAreErrorsWithTheirLine) {
    refuses("[api]\nthreads = \"3\"\n", ":2: [api] threads must be a whole number");
    refuses("[api]\nthreads = 3.5\n", ":2: [api] threads must be a whole number");
    refuses("[limits]\nsends_per_second = true\n", ":2: [limits] sends_per_second must be a number");
    refuses("[wsd]\ndirect_write = 1\n", ":2: [wsd] direct_write must be true or false");
    refuses("[wsd]\napi_sockets = \"a\"\n", ":2: [wsd] api_sockets must be a list of strings");
    refuses("[wsd]\napi_sockets = [1]\n", ":2: [wsd] api_sockets must be a list of strings");
    refuses("[database]\nsocket = 5\n", ":2: [database] socket must be a string");
}

TEST(Config, ValuesOutOfRangeAreErrorsWithTheirLine) {
    refuses("[api]\nthreads = 0\n", ":2: [api] threads must be between 1 and 256");
    refuses("[api]\nthreads = 257\n", ":2: [api] threads must be between 1 and 256");
    refuses("[api]\nthreads = -1\n", ":2: [api] threads must be between 1 and 256");
    refuses("[tokens]\ncache_s = 61\n", ":2: [tokens] cache_s must be between 0 and 60");
    refuses("[limits]\nsends_per_second = nan\n", ":2: [limits] sends_per_second must be between 0.001 and 1000000");
    refuses("[limits]\nsends_per_second = inf\n", ":2: [limits] sends_per_second must be between 0.001 and 1000000");
    refuses("[database]\nport = 65536\n", ":2: [database] port must be between 1 and 65535");
    refuses("[limits]\naccess_token_s = 9223372036854775807\n",
            ":2: [limits] access_token_s must be between 1 and 86400");
}

TEST(Config, SyntaxErrorsSayTheirLine) {
    auto config = load("[api]\nthreads = \n");

    CHECK_TRUE(config.error().code == Code::kInvalidArgument);
    CHECK_TRUE(config.error().detail.find("billet.toml:2: ") != std::string::npos);
    CHECK_FALSE(load("[api]\nthreads = 1\nthreads = 2\n").ok());
    CHECK_FALSE(load("\xFF\xFE").ok());
}

TEST(Config, WhatNoSingleOptionCanSayIsChecked) {
    refuses("[limits]\nusername_min = 9\nusername_max = 8\n", ": [limits] username_min is above username_max");
    refuses("[log]\nlevel = \"loud\"\n", ": [log] level must be debug, info, warning or error");
    refuses("[wsd]\napi_sockets = []\n", ": [wsd] api_sockets is empty");
    refuses("[database]\nhost = \"db.example\"\n", ": [database] host is another machine: it needs tls_ca_file");
    CHECK_TRUE(load("[database]\nhost = \"127.0.0.1\"\n").ok());
}

// Redis would be spoken to as its default user, and the password be of no use.
TEST(Config, APasswordForRedisNeedsItsUser) {
    refuses("[redis]\npassword_file = \"p\"\n", ": [redis] needs both user and password_file, or neither");
    refuses("[redis_wsd]\nuser = \"wsd\"\n", ": [redis_wsd] needs both user and password_file, or neither");
    CHECK_TRUE(load("[redis]\nuser = \"api\"\npassword_file = \"p\"\n").ok());
}

TEST(Config, HostsMustBeComplete) {
    const std::string sound =
        "[[host_tokens]]\nissuer = \"https://h\"\naudience = \"b\"\nalgorithm = \"RS256\"\nkey_file = "
        "\"k-{instance}\"\n";
    auto config = load(sound, "4");
    LONGS_EQUAL(1, config->host_tokens.size());
    CHECK_TRUE(config->host_tokens[0].key_file == "k-4");

    refuses(sound + "jwks_file = \"j\"\n", ": [[host_tokens]] https://h needs exactly one of key_file and jwks_file");
    refuses(sound + sound, ": [[host_tokens]] https://h: this issuer is taken, by [tokens] or another entry");
    refuses("[[host_tokens]]\nissuer = \"https://h\"\n", ": [[host_tokens]] https://h needs issuer and audience");
    refuses("[[host_tokens]]\nissuer = \"h\"\naudience = \"b\"\nalgorithm = \"none\"\nkey_file = \"k\"\n",
            ": [[host_tokens]] h algorithm must be HS256, RS256 or ES256");
    refuses("[[host_tokens]]\nissuer = \"billet\"\naudience = \"b\"\nalgorithm = \"RS256\"\nkey_file = \"k\"\n",
            ": [[host_tokens]] billet: this issuer is taken, by [tokens] or another entry");
    refuses("[host_tokens]\nissuer = \"h\"\n", ":1: host_tokens must be written as [[host_tokens]]");
    refuses("[[host_tokens]]\nsecret = \"h\"\n", ":2: unknown option [host_tokens] secret");
}

TEST(Config, IncludedFilesWinAndAreFoundBesideTheirFile) {
    folder.write("more.toml", "[api]\nthreads = 5\n");

    auto config = load("include = [\"more.toml\"]\n[api]\nthreads = 3\ndrain_s = 1\n");

    LONGS_EQUAL(5, config->api.threads);
    CHECK_TRUE(config->api.drain_s == std::chrono::seconds{1});
}

TEST(Config, MistakesInIncludedFilesNameThatFile) {
    folder.write("more.toml", "\n[api]\nthreds = 5\n");

    auto config = load("include = [\"more.toml\"]\n");

    CHECK_TRUE(config.error().detail.find("more.toml:3: unknown option [api] threds") != std::string::npos);
    CHECK_FALSE(load("include = [\"missing.toml\"]\n").ok());
    refuses("include = \"more.toml\"\n", ":1: include must be a list of file names");
}

TEST(Config, FilesThatIncludeEachOtherAreRefused) {
    auto config = load("include = [\"billet.toml\"]\n");

    CHECK_TRUE(config.error().detail.find("nested too deeply") != std::string::npos);
}

TEST(Config, WhatIsNoFileIsNotTheDefaults) {
    CHECK_TRUE(load_config("/tmp", "").error().code == Code::kNotFound);
    CHECK_TRUE(load_config(folder.path("missing"), "").error().code == Code::kNotFound);
}

TEST(Config, TheEnvironmentWinsOverAllFiles) {
    setenv("BILLET_API__THREADS", "9", 1);
    setenv("BILLET_LIMITS__SENDS_PER_SECOND", "1.5", 1);
    setenv("BILLET_WSD__API_SOCKETS", "/a,/b", 1);
    setenv("BILLET_WSD__DIRECT_WRITE", "false", 1);

    auto config = load("[api]\nthreads = 3\n");

    LONGS_EQUAL(9, config->api.threads);
    DOUBLES_EQUAL(1.5, config->limits.sends_per_second, 0);
    LONGS_EQUAL(2, config->wsd.api_sockets.size());
    CHECK_FALSE(config->wsd.direct_write);
}

TEST(Config, TheEnvironmentIsHeldToTheSameRules) {
    for (const char* value : {"", "0", "x", "3x", "3.5", "nan", "1e99"}) {
        setenv("BILLET_API__THREADS", value, 1);
        CHECK_TRUE(load("").error().detail.starts_with("BILLET_API__THREADS: [api] threads must be"));
    }
}

TEST(Config, AMisspeltOverrideIsAnError) {
    setenv("BILLET_API__THREDS", "3", 1);

    STRCMP_EQUAL("BILLET_API__THREDS: is no option (in the environment)", load("").error().detail.c_str());
}

TEST(Config, TheInstanceIsPutIntoPaths) {
    const std::string text =
        "[api]\nlisten = \"/run/api-{instance}.sock\"\nmetrics_listen = \"{instance}/{instance}\"\n";

    CHECK_TRUE(load(text, "2")->api.listen == "/run/api-2.sock");
    CHECK_TRUE(load(text, "2")->api.metrics_listen == "2/2");
    CHECK_TRUE(load(text, "")->api.listen == "/run/api-.sock");
    CHECK_TRUE(load(text, "{instance}")->api.metrics_listen == "{instance}/{instance}");
}

TEST(Config, SecretsLoseTheirLineBreakAndNothingElse) {
    CHECK_TRUE(*read_secret_file(folder.write("s", " a b \r\n")) == " a b ");
    CHECK_FALSE(read_secret_file(folder.write("e", "\n")).ok());
    CHECK_FALSE(read_secret_file(folder.write("o", "secret", 0604)).ok());
    CHECK_TRUE(read_secret_file(folder.path("missing")).error().code == Code::kInvalidArgument);
}
