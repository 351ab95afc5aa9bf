// tests/unit/base_session_id.cpp — Ids of hosts' sessions, and what they tell.
#include <cstdint>

#include "lib/base/session_id.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(SessionId) {
    const std::string hash = "00112233445566778899aabbccddeeff";
    Time at(std::int64_t since) {
        return Time{std::chrono::seconds{since}};
    }
};

TEST(SessionId, AHostsSessionTellsWhenItsTokenWasIssued) {
    const std::string id = host_session_id(hash, at(1795802719) + std::chrono::milliseconds{900});

    STRCMP_EQUAL(("h" + hash + "-1795802719").c_str(), id.c_str());
    CHECK_TRUE(host_session_issued_at(id) == at(1795802719));
    STRCMP_EQUAL(("h" + hash).c_str(), std::string(session_row_id(id)).c_str());
}

TEST(SessionId, TimesThatNoTokenHasAreCutToTheFirstAndTheLast) {
    CHECK_TRUE(host_session_issued_at(host_session_id(hash, at(-7))) == at(0));
    CHECK_TRUE(host_session_issued_at(host_session_id(hash, at(99999999999))) == at(9999999999));
}

TEST(SessionId, OtherIdsTellNothingAndNameTheirRowThemselves) {
    for (const std::string& id : {hash, "h" + hash, "h" + hash + "-", "h" + hash + "-x", "h" + hash + "-1 ",
                                  "x" + hash + "-1", "h" + hash + "-99999999999", std::string{}}) {
        CHECK_FALSE(host_session_issued_at(id).has_value());
        CHECK_TRUE(session_row_id(id) == id);
        CHECK_FALSE(is_host_session_up_to(id, at(9999999999)));
    }
}

TEST(SessionId, ItsOwnSecondCountsAsBefore) {
    const std::string id = host_session_id(hash, at(100));

    CHECK_TRUE(is_host_session_up_to(id, at(100)));
    CHECK_TRUE(is_host_session_up_to(id, at(101)));
    CHECK_FALSE(is_host_session_up_to(id, at(99) + std::chrono::microseconds{999999}));
    CHECK_FALSE(is_host_session_up_to(id, std::nullopt));
}
