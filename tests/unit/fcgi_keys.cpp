// tests/unit/fcgi_keys.cpp — The key files, read again.
#include "lib/base/log.h"
#include "fcgi/daemon.h"
#include "lib/base/config.h"
#include "tests/unit/captured_log.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(KeyFiles) {
    tests::ScratchFolder folder;
    Config config;

    void setup() override {
        start_log("info", "unit");
        config.keys = {.content_file = folder.write("content.keys", ring('1')),
                       .bus_file = folder.write("bus.keys", ring('1', true)),
                       .token_file = folder.write("token.keys", ring('1'))};
    }
    void teardown() override {
        start_log("error", "unit");
    }
    // Only the bus has a channel key.
    static std::string ring(char digit, bool channel = false) {
        return (channel ? "0 channel " + tests::hex_key('c') + "\n" : "") + "1 current " + tests::hex_key(digit);
    }
    // The log of a reload after `name` was overwritten with `text`.
    std::string reload_after(const char* name, const std::string& text) {
        auto keys = fcgi::KeyFiles::read(config);
        CHECK_TRUE_TEXT(keys.ok(), keys.ok() ? "" : keys.error().detail.c_str());
        folder.write(name, text);
        return tests::captured(folder, [&] { keys->reload(); });
    }
    static bool has(const std::string& log, const char* what) {
        return log.find(what) != std::string::npos;
    }
};

TEST(KeyFiles, AReloadThatWorkedIsSaid) {
    const std::string log = reload_after("bus.keys", ring('2', true));
    CHECK_TRUE(has(log, "event=keys_reloaded"));
    CHECK_FALSE(has(log, "event=keys_not_reloaded"));
}

TEST(KeyFiles, AReloadThatFailedIsNotSaidToHaveWorked) {
    for (const char* name : {"content", "bus", "token"}) {
        const std::string file = std::string(name) + ".keys";
        const std::string log = reload_after(file.c_str(), "1 current of no use");
        CHECK_TRUE_TEXT(has(log, ("event=keys_not_reloaded keys=" + std::string(name)).c_str()), log.c_str());
        CHECK_FALSE_TEXT(has(log, "event=keys_reloaded") || has(log, "event=keys_read"), log.c_str());
        folder.write(file, ring('1', file == "bus.keys"));
    }
}
