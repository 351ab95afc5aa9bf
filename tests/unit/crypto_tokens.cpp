// tests/unit/crypto_tokens.cpp — Our own access and refresh tokens.
#include "lib/crypto/tokens.h"

#include <thread>

#include "lib/base/text.h"
#include "lib/crypto/base64url.h"
#include "tests/unit/crypto_tokens_case.h"
#include "tests/unit/crypto_vectors.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(OwnTokens) {
    TokensWorld world;
    const UserId user{42};
    const std::string session = "0123456789abcdef";
    std::string token = world.tokens->issue_access(user, session, now() + std::chrono::seconds{60});

    void is(const char* expected, const std::string& forged) {
        STRCMP_EQUAL(expected, world.verdict(forged).c_str());
    }
    static std::string part(const std::string& text, std::size_t index) {
        return std::string(split(text, '.')[index]);
    }
};

TEST(OwnTokens, NameTheirUserSessionAndEnd) {
    auto verified = world.tokens->verify_access(token);

    CHECK_TRUE(verified.ok());
    LONGS_EQUAL(42, verified->user.value);
    CHECK_TRUE(verified->session_id == session);
    CHECK_TRUE(verified->issuer.empty());
    CHECK_TRUE(verified->expires_at > now() + std::chrono::seconds{57});
    CHECK_TRUE(*crypto::from_base64url(part(token, 0)) == R"({"alg":"HS256","kid":"2","typ":"JWT"})");
}

TEST(OwnTokens, EndWhenTheySayWithoutAnyLeeway) {
    const std::string old = world.tokens->issue_access(user, session, now() - std::chrono::seconds{1});

    is("token_expired expired", old);
}

TEST(OwnTokens, ARememberedTokenExpiresInTime) {
    const std::string brief = world.tokens->issue_access(user, session, now() + std::chrono::seconds{2});
    is("ok", brief);

    std::this_thread::sleep_for(std::chrono::milliseconds(2050));

    is("token_expired expired", brief);
}

TEST(OwnTokens, EveryAcceptedKeyVerifiesAndNoOther) {
    world.folder.write("token.keys", "2 accepted " + hex_key('2') + "\n3 current " + hex_key('3'));
    CHECK_TRUE(world.tokens->reload().ok());
    is("ok", token);

    world.folder.write("token.keys", "3 current " + hex_key('3'));
    CHECK_TRUE(world.tokens->reload().ok());
    is("unauthenticated invalid", token);  // also although it was remembered
}

TEST(OwnTokens, AnotherKeyUnderTheSameIdVerifiesNothing) {
    world.folder.write("token.keys", "2 current " + hex_key('3'));
    CHECK_TRUE(world.tokens->reload().ok());

    is("unauthenticated invalid", token);
}

TEST(OwnTokens, ChangedPartsAreRefused) {
    const std::string header = part(token, 0);
    const std::string payload = part(token, 1);
    const std::string signature = part(token, 2);
    const std::string other = world.tokens->issue_access(UserId{1}, session, now() + std::chrono::seconds{60});

    is("unauthenticated invalid", header + "." + part(other, 1) + "." + signature);
    is("unauthenticated invalid", header + "." + payload + "." + part(other, 2));
    is("unauthenticated invalid", header + "." + payload + ".");
    is("unauthenticated invalid", header + "." + payload);
    is("unauthenticated invalid", token + ".");
    is("unauthenticated invalid", token + "=");
    is("unauthenticated invalid", " " + token);
    is("unauthenticated invalid", token + "." + signature);
    is("unauthenticated invalid", "");
    is("unauthenticated invalid", "..");
    is("unauthenticated invalid", std::string(9000, 'a'));
    is("unauthenticated invalid", header + "." + payload + ".\x80\xFF");
}

TEST(OwnTokens, EveryFlippedSignatureCharacterIsRefused) {
    const std::size_t start = token.rfind('.') + 1;
    for (std::size_t i = start; i < token.size(); ++i) {
        std::string forged = token;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        if (forged != token) is("unauthenticated invalid", forged);
    }
}

TEST(OwnTokens, NoHeaderTalksUsIntoAnotherAlgorithmOrKey) {
    const std::string payload = *crypto::from_base64url(part(token, 1));
    const std::string master(32, '\x22');

    for (const char* header : {R"({"alg":"none"})", R"({"alg":"None","kid":"2"})", R"({"alg":"HS512","kid":"2"})",
                               R"({"alg":"hs256","kid":"2"})", R"({"alg":"RS256","kid":"2"})", R"({"kid":"2"})",
                               R"({"alg":["HS256"],"kid":"2"})", R"({"alg":"HS256"})", R"({"alg":"HS256","kid":"3"})",
                               R"({"alg":"HS256","kid":"02"})", R"({"alg":"HS256","kid":2})",
                               R"({"alg":"HS256","kid":"../../../dev/null"})", R"({"alg":"HS256","kid":"65538"})",
                               R"({"alg":"HS256","kid":""})", R"({"alg":"HS256","kid":"2","crit":["exp"]})",
                               R"({"alg":"HS256","kid":"2","jwk":{"kty":"oct","k":"AA"}})", "[]", "{"}) {
        is("unauthenticated invalid", join_token(header, payload, ""));
        is("unauthenticated invalid", join_token(header, payload, part(token, 2)));
        // The ring's key itself signs nothing.
        is("unauthenticated invalid", hs256_token(header, payload, master));
        is("unauthenticated invalid", hs256_token(header, payload, ""));
        is("unauthenticated invalid", hs256_token(header, payload, kRsaPublic));
    }
}

TEST(OwnTokens, AreOursOnlyWithOurAudience) {
    world.config.tokens.audience = "another";
    world.restart();

    is("unauthenticated invalid", token);
}

TEST_GROUP(RefreshTokens) {
    TokensWorld world;
    std::string token = world.tokens->issue_refresh("0123456789abcdef", 7);
};

TEST(RefreshTokens, NameSessionAndGeneration) {
    auto verified = world.tokens->verify_refresh(token);

    CHECK_TRUE(verified.ok());
    CHECK_TRUE(verified->session_id == "0123456789abcdef");
    LONGS_EQUAL(7, verified->generation);
    CHECK_TRUE(token.starts_with("0123456789abcdef.7."));
}

TEST(RefreshTokens, NobodyElseCanMakeOne) {
    const std::string mac = token.substr(token.rfind('.') + 1);
    for (const std::string& forged :
         {"0123456789abcdef.8." + mac, "0123456789abcdee.7." + mac, "0123456789abcdef.07." + mac, token + "A",
          token.substr(0, token.size() - 1), token + ".", std::string("a.1."), std::string(".."), std::string(),
          std::string(600, '.'), std::string("0123456789abcdef.7.") + std::string(43, 'A')}) {
        auto verified = world.tokens->verify_refresh(forged);
        CHECK_TRUE(verified.error().code == Code::kUnauthenticated);
        CHECK_TRUE(verified.error().reason == "invalid");
    }
}

TEST(RefreshTokens, SurviveARotationUntilTheirKeyGoes) {
    world.folder.write("token.keys", "2 accepted " + hex_key('2') + "\n3 current " + hex_key('3'));
    CHECK_TRUE(world.tokens->reload().ok());
    CHECK_TRUE(world.tokens->verify_refresh(token).ok());

    world.folder.write("token.keys", "3 current " + hex_key('3'));
    CHECK_TRUE(world.tokens->reload().ok());
    CHECK_FALSE(world.tokens->verify_refresh(token).ok());
}

TEST(RefreshTokens, AnAccessTokenIsNone) {
    CHECK_FALSE(
        world.tokens->verify_refresh(world.tokens->issue_access(UserId{1}, "s", now() + std::chrono::seconds{60}))
            .ok());
    CHECK_FALSE(world.tokens->verify_access(token).ok());
}
