// tests/unit/crypto_host_tokens.cpp — Tokens of host applications: what they must say, and what
// forgers try.
#include <cstdint>

#include "lib/base/session_id.h"
#include "lib/base/text.h"
#include "tests/unit/crypto_tokens_case.h"
#include "tests/unit/crypto_vectors.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(HostTokens) {
    TokensWorld world;

    void is(const char* expected, const std::string& token) {
        STRCMP_EQUAL(expected, world.verdict(token).c_str());
    }
    void payload_is(const char* expected, const std::string& payload) {
        is(expected, world.host_token_with(payload));
    }
    static std::string soon() {
        return std::to_string(unix_now() + 60);
    }
    // Whether the daemons would start with this one host.
    std::string start_with(const char* algorithm, const std::string& key_file, const std::string& jwks_file = "") {
        HostTokensConfig host = world.config.host_tokens[0];
        host.algorithm = algorithm;
        host.key_file = key_file;
        host.jwks_file = jwks_file;
        Config config = world.config;
        config.host_tokens = {host};
        auto made = crypto::Tokens::create(config.keys, config.tokens, config.host_tokens);
        return made ? "ok" : made.error().detail;
    }
};

TEST(HostTokens, AllThreeAlgorithmsAreRead) {
    auto hs =
        world.tokens->verify_access(world.host_token(R"(,"preferred_username":"hanna","name":"Hanna","role":"admin")"));
    auto rs = world.tokens->verify_access(kRs256Token);
    auto es = world.tokens->verify_access(kEs256Token);

    CHECK_TRUE(hs.ok() && rs.ok() && es.ok());
    CHECK_TRUE(hs->issuer == "https://hs.example" && hs->external_id == "ext-1" && hs->username == "hanna" &&
               hs->display_name == "Hanna" && hs->role == chat::Role::kAdmin);
    CHECK_TRUE(rs->issuer == "https://rsa.example" && rs->external_id == "r-7" && rs->username == "Rita" &&
               rs->role == chat::Role::kUser);
    CHECK_TRUE(es->issuer == "https://ec.example" && es->external_id == "e-9" && es->display_name == "Edda" &&
               es->username.empty());
}

TEST(HostTokens, ASessionIsNamedByTheSignedPart) {
    auto one = world.tokens->verify_access(kEs256Token);
    auto twin = world.tokens->verify_access(kEs256Twin);

    CHECK_TRUE(one.ok() && twin.ok());
    // Or whoever logs out could come back with the other signature.
    CHECK_TRUE(one->session_id == twin->session_id);
    LONGS_EQUAL(33, session_row_id(one->session_id).size());
    CHECK_TRUE(host_session_issued_at(one->session_id).has_value());
    CHECK_FALSE(one->session_id == world.tokens->verify_access(kRs256Token)->session_id);
}

TEST(HostTokens, ASessionTellsWhenItsTokenWasIssuedOrHowLongAgoThatCanHaveBeen) {
    const std::int64_t issued = unix_now() - 60;

    auto said = world.tokens->verify_access(world.host_token(R"(,"iat":)" + std::to_string(issued)));
    auto silent = world.tokens->verify_access(world.host_token());

    CHECK_TRUE(host_session_issued_at(said->session_id) == Time{std::chrono::seconds{issued}});
    CHECK_TRUE(host_session_issued_at(silent->session_id) == silent->expires_at - HostTokensConfig{}.life_s);
}

TEST(HostTokens, IssuerAudienceSubjectAndEndAreMandatory) {
    payload_is("unauthenticated invalid", R"({"aud":"billet","sub":"x","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid", R"({"iss":"https://hs.example","sub":"x","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid", R"({"iss":"https://hs.example","aud":"billet","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid", R"({"iss":"https://hs.example","aud":"billet","sub":"x"})");
    payload_is("ok", R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":)" + soon() + "}");
}

TEST(HostTokens, ClaimsOfTheWrongKindAreRefused) {
    const std::string start = R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":)";
    payload_is("unauthenticated invalid", start + "\"" + soon() + "\"}");
    payload_is("unauthenticated invalid", start + "null}");
    payload_is("unauthenticated invalid", start + "true}");
    payload_is("unauthenticated invalid", start + "-5}");
    payload_is("unauthenticated invalid", start + "253402300800}");
    payload_is("unauthenticated invalid", start + "99999999999999999999}");
    payload_is("unauthenticated invalid", start + "[" + soon() + "]}");
    payload_is("unauthenticated invalid", start + soon() + R"(,"nbf":"1"})");
    payload_is("unauthenticated invalid", start + soon() + R"(,"iat":{}})");
    payload_is("unauthenticated invalid", R"({"iss":"https://hs.example","aud":7,"sub":"x","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid",
               R"({"iss":"https://hs.example","aud":["billet",7],"sub":"x","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid",
               R"({"iss":"https://hs.example","aud":"billets","sub":"x","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid",
               R"({"iss":"https://hs.example","aud":"billet","sub":7,"exp":)" + soon() + "}");
    payload_is("unauthenticated invalid",
               R"({"iss":["https://hs.example"],"aud":"billet","sub":"x","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid", R"({"iss":"https://hs.example","aud":"billet","sub":")" +
                                              std::string(256, 'x') + R"(","exp":)" + soon() + "}");
    payload_is("unauthenticated invalid",
               "{\"iss\":\"https://hs.example\",\"aud\":\"billet\",\"sub\":\"\xFF\",\"exp\":" + soon() + "}");
    payload_is("unauthenticated invalid", "[]");
    payload_is("ok", R"({"iss":"https://hs.example","aud":["a","billet"],"sub":")" + std::string(255, 'x') +
                         R"(","exp":)" + soon() + ".5}");
}

TEST(HostTokens, ADoubledClaimIsRefused) {
    is("unauthenticated invalid", world.host_token(R"(,"sub":"ext-2")"));
    is("unauthenticated invalid", world.host_token(R"(,"exp":4102444800)"));
    is("unauthenticated invalid",
       hs256_token(R"({"alg":"none","alg":"HS256"})",
                   R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":)" + soon() + "}", world.host_secret));
}

TEST(HostTokens, ClocksMayDifferByTheLeewayOnly) {
    const std::string start = R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":)";
    const auto at = [](std::int64_t offset) { return std::to_string(unix_now() + offset); };
    payload_is("ok", start + at(-2) + "}");
    payload_is("token_expired expired", start + at(-7) + "}");
    payload_is("ok", start + soon() + R"(,"nbf":)" + at(3) + R"(,"iat":)" + at(3) + "}");
    payload_is("ok", start + soon() + R"(,"nbf":)" + at(-100) + "}");
    payload_is("unauthenticated invalid", start + soon() + R"(,"nbf":)" + at(30) + "}");
    payload_is("unauthenticated invalid", start + soon() + R"(,"iat":)" + at(30) + "}");
}

TEST(HostTokens, AForgedTokenIsInvalidEvenWhenItHasExpired) {
    const std::string forged =
        hs256_token(R"({"alg":"HS256"})", R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":1})",
                    "a guess that has thirty-two bytes");

    is("unauthenticated invalid", forged);
}

TEST(HostTokens, NoTokenIsAcceptedByAnotherHostsKey) {
    const std::string rsa_claims = R"({"iss":"https://rsa.example","aud":"billet","sub":"x","exp":)" + soon() + "}";
    const std::string ec_claims = R"({"iss":"https://ec.example","aud":"billet","sub":"x","exp":)" + soon() + "}";
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256"})", rsa_claims, world.host_secret));
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256"})", ec_claims, world.host_secret));
    is("unauthenticated invalid", kRs256OfEcIssuer);
}

TEST(HostTokens, APublicKeyIsNoSecret) {
    const std::string claims = R"({"iss":"https://rsa.example","aud":"billet","sub":"x","exp":)" + soon() + "}";
    const std::string pem = kRsaPublic;
    for (const char* header : {R"({"alg":"HS256"})", R"({"alg":"RS256"})", R"({"alg":"none"})"}) {
        is("unauthenticated invalid", hs256_token(header, claims, pem));
        is("unauthenticated invalid", hs256_token(header, claims, pem.substr(0, pem.size() - 1)));
        is("unauthenticated invalid", join_token(header, claims, ""));
    }
}

TEST(HostTokens, BrokenPublicKeySignaturesAreRefusedQuietly) {
    for (const std::string token : {kRs256Token, kEs256Token}) {
        const std::string head = token.substr(0, token.rfind('.') + 1);
        for (const std::string& signature : {std::string(), std::string("AA"), std::string("not base64url"),
                                             std::string(86, 'A'), std::string(342, 'A'), std::string("====")}) {
            is("unauthenticated invalid", head + signature);
        }
    }
}

TEST(HostTokens, AKeyIdChoosesAmongKeysAndNothingElse) {
    const std::string payload = R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":)" + soon() + "}";
    world.config.host_tokens[0].key_file.clear();
    world.config.host_tokens[0].jwks_file = world.folder.write(
        "two.json",
        R"({"keys":[{"kty":"oct","kid":"a","k":"YSBob3N0J3Mgc2VjcmV0IG9mIHRoaXJ0eS10d28gYnk"},{"kty":"oct","kid":"b","k":")" +
            std::string(43, 'A') + R"("}]})");
    world.restart();

    is("ok", hs256_token(R"({"alg":"HS256","kid":"a"})", payload, world.host_secret));
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256","kid":"b"})", payload, world.host_secret));
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256","kid":"c"})", payload, world.host_secret));
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256","kid":"../a"})", payload, world.host_secret));
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256"})", payload, world.host_secret));
}

TEST(HostTokens, TheOnlyKeyOfASetServesTokensWithoutKeyIdButNotWithAnother) {
    const std::string payload = R"({"iss":"https://hs.example","aud":"billet","sub":"x","exp":)" + soon() + "}";
    world.config.host_tokens[0].key_file.clear();
    world.config.host_tokens[0].jwks_file = world.folder.write(
        "one.json", R"({"keys":[{"kty":"oct","kid":"a","k":"YSBob3N0J3Mgc2VjcmV0IG9mIHRoaXJ0eS10d28gYnk"}]})");
    world.restart();

    is("ok", hs256_token(R"({"alg":"HS256"})", payload, world.host_secret));
    is("unauthenticated invalid", hs256_token(R"({"alg":"HS256","kid":"z"})", payload, world.host_secret));
}

TEST(HostTokens, KeysThatDoNotFitTheirAlgorithmStopTheStart) {
    CHECK_TRUE(start_with("HS256", world.folder.write("short", "too short")).find("at least 32 bytes") !=
               std::string::npos);
    CHECK_TRUE(start_with("HS256", world.folder.write("open", std::string(32, 'x'), 0644)).find("chmod") !=
               std::string::npos);
    CHECK_TRUE(start_with("HS256", world.folder.write("pem", kRsaPublic)).find("at least 32 bytes") !=
               std::string::npos);
    CHECK_TRUE(start_with("RS256", world.folder.write("weak", kRsaWeakPublic)).find("2048") != std::string::npos);
    CHECK_TRUE(start_with("RS256", world.folder.write("ec", kEcPublic)).find("RSA") != std::string::npos);
    CHECK_TRUE(start_with("ES256", world.folder.write("p384", kEcP384Public)).find("P-256") != std::string::npos);
    CHECK_TRUE(start_with("ES256", world.folder.path("missing")).find("No such file") != std::string::npos);
    CHECK_TRUE(start_with("RS256", "", world.folder.write("jwks", "{}")).find("no JWK set") != std::string::npos);
    CHECK_TRUE(start_with("HS256", "", world.folder.write("jwks", kJwks)).find("no usable key") != std::string::npos);
    CHECK_TRUE(
        start_with("RS256", "",
                   world.folder.write("jwks", R"({"keys":[{"kty":7},{"kty":"RSA","kid":"r","n":"AA","e":"AQAB"},5]})"))
            .find("host") == std::string::npos);
    STRCMP_EQUAL("ok", start_with("RS256", "", world.folder.write("jwks", kJwks, 0644)).c_str());
    STRCMP_EQUAL("ok", start_with("ES256", world.folder.write("ec.pem", kEcPublic, 0644)).c_str());
}

TEST(HostTokens, AWrongKeyFileAtReloadKeepsTheOldKeys) {
    world.folder.write("rsa.pem", "rubbish");

    CHECK_FALSE(world.tokens->reload().ok());

    is("ok", kRs256Token);
}
