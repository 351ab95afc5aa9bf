// tests/unit/wsd_kept_token.cpp — A token comes back as it was, whatever it is, and one of ours
// costs less than a third of its text.
#include <string>

#include "lib/base/text.h"
#include "lib/crypto/base64url.h"
#include "wsd/credentials.h"
#include "wsd/kept_token.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wsd;

namespace {

const std::string kSignature(32, '\xA5');

std::string token_of(const std::string& claims, const std::string& signature = kSignature) {
    return crypto::base64url(R"({"alg":"HS256","kid":"1","typ":"JWT"})") + "." + crypto::base64url(claims) + "." +
           crypto::base64url(signature);
}

std::string claims_of(const std::string& user, const std::string& session) {
    return R"({"aud":"billet","exp":1795963977,"iat":1795877577,"iss":"billet","sid":")" + session + R"(","sub":")" +
           user + R"("})";
}

}  // namespace

TEST_GROUP(WsdKeptToken) {
    KeptTokens tokens;

    void comes_back(const std::string& token) {
        const std::string packed = tokens.pack(token);
        STRCMP_EQUAL(token.c_str(), tokens.token(packed).c_str());
        LONGS_EQUAL(token.size(), tokens.token(packed).size());
    }
    // As it is, with a byte before it.
    void is_kept_whole(const std::string& token) {
        LONGS_EQUAL(token.size() + 1, tokens.pack(token).size());
        comes_back(token);
    }
};

TEST(WsdKeptToken, OneOfOursCostsLessThanAThird) {
    const std::string token = token_of(claims_of("2128", random_id()));

    CHECK_TRUE(tokens.pack(token).size() * 3 < token.size());
    comes_back(token);
}

TEST(WsdKeptToken, TokensOfOneKindShareAShape) {
    for (const char* user : {"1", "42", "9007199254740991"}) comes_back(token_of(claims_of(user, random_id())));

    LONGS_EQUAL(1, tokens.shapes());
}

TEST(WsdKeptToken, AnyClaimsComeBack) {
    for (const char* claims :
         {"", "{}", "0", "00", "007", "-5", "1.50", "1e9", "18446744073709551615", "18446744073709551616",
          R"({"sub":"a1","n":[1,22,333]})", R"({"sid":"BA3FECCC7371785CD7CEE309E7F0497E"})",
          R"({"sid":"ba3feccc7371785cd7cee309e7f0497e0"})", "00000000000000000000000000000000",
          R"({"name":"Zoë","x":"ba3feccc7371785cd7cee309e7f0497e-ba3feccc7371785cd7cee309e7f0497e"})"})
        comes_back(token_of(claims));
}

TEST(WsdKeptToken, WhatIsNoPlainTokenIsKeptWhole) {
    const std::string claims = claims_of("1", random_id());
    for (const std::string& token :
         {std::string("opaque"), std::string("a.b"), std::string("a.b.c.d"), token_of("\x01\x02"),
          token_of(claims) + "=", token_of(claims) + "!", std::string("..B")})
        is_kept_whole(token);
    // Its last character has bits that no byte has.
    is_kept_whole(token_of(claims, "x").substr(0, token_of(claims, "x").size() - 1) + "B");
}

TEST(WsdKeptToken, ShapesAreBounded) {
    for (std::size_t i = 0; i < 200; ++i) comes_back(token_of(R"({"name":"person)" + std::string(i, 'n') + R"("})"));

    LONGS_EQUAL(64, tokens.shapes());
    is_kept_whole(token_of(R"({"name":"somebody else"})"));
}

TEST_GROUP(WsdCredentials) {
    Credentials credentials{"192.0.2.1"};

    void expect(std::string_view session_id, std::string_view token) {
        CHECK_TRUE(credentials.address() == "192.0.2.1");
        CHECK_TRUE(credentials.session_id() == session_id);
        CHECK_TRUE(credentials.packed_token() == token);
    }
};

TEST(WsdCredentials, TheAddressStaysWhenTheRestChanges) {
    expect("", "");
    credentials.set_session("session", std::string_view("a\0b", 3));
    expect("session", std::string_view("a\0b", 3));
    credentials.set_session("another session", std::string(8193, 't'));
    expect("another session", std::string(8193, 't'));
    credentials.set_session({}, {});
    expect("", "");
}
