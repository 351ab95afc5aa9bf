// tests/unit/wsd_problems.cpp — Refusals that wsd cannot read or does not know are told to the
// operator.
#include "wsd/problems.h"

#include "tests/unit/captured_log.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(WsdProblems) {
    ScratchFolder folder;

    std::string logged(int status, const std::string& body) {
        return captured(folder, [&] {
            wsd::problem_of({.status = status, .body = body, .request_id = "r1", .reason = {}, .session = {}});
        });
    }
};

TEST(WsdProblems, WhatIsNotKnownOrNotReadIsLoggedWithItsRequest) {
    STRCMP_CONTAINS("refusal_unknown", logged(403, R"({"code":"too_late"})").c_str());
    STRCMP_CONTAINS("too_late", logged(403, R"({"code":"too_late"})").c_str());
    STRCMP_CONTAINS("r1", logged(403, R"({"code":"too_late"})").c_str());
    for (const char* const body : {"", "{}", "[]", "<html>", R"({"code":7})", R"({"code":""})", R"({"code":"A b"})"})
        STRCMP_CONTAINS("refusal_unreadable", logged(500, body).c_str());
}

TEST(WsdProblems, WhatIsUsualIsNot) {
    STRCMP_EQUAL("", logged(403, R"({"code":"forbidden"})").c_str());
    STRCMP_EQUAL("", logged(0, "").c_str());
}
