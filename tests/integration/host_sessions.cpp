// tests/integration/host_sessions.cpp — Users of a host application: made known by their first
// token, and shut out with every token of theirs.
#include "tests/support/host.h"
#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;
using std::chrono::seconds;

namespace {

constexpr int kTriesMax = 300;
constexpr seconds kAnotherLife{900};
constexpr seconds kHostLife{3600};  // [[host_tokens]] life_s

}  // namespace

TEST_GROUP(HostSessions) {
    Http http;
    HostUser zoe{fresh_name("customer"), fresh_name("Zoë Müller")};

    int status_with(const std::string& token) {
        return http.get("/users/me", token).status;
    }
    std::string username_of(const std::string& token) {
        return http.get("/users/me", token).text("username");
    }
    static void must(const std::vector<std::string>& args) {
        const Finished done = billetctl(args);
        LONGS_EQUAL_TEXT(0, done.exit_code, done.out.c_str());
    }
    void disable_and_enable(const std::string& username) {
        must({"user", "disable", username});
        must({"user", "enable", username});
    }
    // Tokens of the second of an enabling or of a new epoch, which other tests begin too, are
    // refused as well: the first one that is taken.
    std::string accepted_token(const HostTokenTimes& times = {}) {
        for (int tries = 0; tries < kTriesMax; ++tries) {
            const std::string token = host_token(zoe, times);
            if (status_with(token) == 200) return token;
            sleep_ms(100);
        }
        return "none was accepted";
    }
};

TEST(HostSessions, AUserIsKnownFromTheFirstTokenOn) {
    const std::string first = accepted_token();
    const std::string second = accepted_token({.expires_in = kAnotherLife});

    const std::string username = username_of(first);

    STRCMP_EQUAL(("zoe-muller" + zoe.preferred_username.substr(zoe.preferred_username.rfind('-'))).c_str(),
                 username.c_str());
    STRCMP_EQUAL(username.c_str(), username_of(second).c_str());
}

TEST(HostSessions, DisablingAndEnablingEndsEveryTokenOfBefore) {
    const std::string used = accepted_token();
    const std::string stolen = host_token(zoe, {.expires_in = kAnotherLife});
    const std::string username = username_of(used);
    LiveClient socket;
    STRCMP_EQUAL("welcome", socket.hello(used).type.c_str());

    must({"user", "disable", username});
    LONGS_EQUAL(4503, socket.close_code());
    LONGS_EQUAL(403, status_with(used));
    LONGS_EQUAL(403, status_with(stolen));
    must({"user", "enable", username});

    LONGS_EQUAL(401, status_with(used));
    LONGS_EQUAL(401, status_with(stolen));
    LiveClient again;
    again.hello(used);
    LONGS_EQUAL(4401, again.close_code());
    LONGS_EQUAL(200, status_with(accepted_token()));
    LONGS_EQUAL(401, status_with(used));
    LONGS_EQUAL(401, status_with(stolen));
}

TEST(HostSessions, ATokenWithoutItsTimeOfIssueCountsAsOldAsItCanBe) {
    const std::string username = username_of(accepted_token());

    disable_and_enable(username);

    LONGS_EQUAL(401, status_with(host_token(zoe, {.issued_ago = std::nullopt, .expires_in = kHostLife - seconds{5}})));
    LONGS_EQUAL(200, status_with(accepted_token({.issued_ago = std::nullopt, .expires_in = kHostLife + seconds{5}})));
}

TEST(HostSessions, LogoutEndsThatTokenAndNoOther) {
    const std::string left = accepted_token();
    const std::string kept = accepted_token({.expires_in = kAnotherLife});

    LONGS_EQUAL(204, http.post("/auth/logout", left, "").status);

    LONGS_EQUAL(401, status_with(left));
    LONGS_EQUAL(200, status_with(kept));
}

TEST(HostSessions, ANewEpochEndsThemToo) {
    const std::string token = accepted_token();

    must({"epoch", "new"});

    LONGS_EQUAL(401, status_with(token));
    LONGS_EQUAL(200, status_with(accepted_token()));
}
