// tests/unit/crypto_host_refusals.cpp — Why a host's token is refused stands in the log's detail,
// for each reason by itself.
#include "tests/unit/crypto_tokens_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

TEST_GROUP(HostRefusals) {
    TokensWorld world;
    const std::string soon = std::to_string(unix_now() + 60);

    void says(const std::string& expected, const std::string& token) {
        auto verified = world.tokens->verify_access(token);
        const std::string detail = verified ? "ok" : verified.error().detail;
        STRCMP_CONTAINS(expected.c_str(), detail.c_str());
    }
    // A payload of https://hs.example without the claim `but`, with `more`.
    std::string payload(const std::string& but, const std::string& more) const {
        std::string text = R"("x":1)";
        if (but != "iss") text += R"(,"iss":"https://hs.example")";
        if (but != "aud") text += R"(,"aud":"billet")";
        if (but != "sub") text += R"(,"sub":"17")";
        if (but != "exp") text += R"(,"exp":)" + soon;
        return "{" + text + (more.empty() ? "" : "," + more) + "}";
    }
    void payload_says(const std::string& expected, const std::string& but, const std::string& more = "") {
        says("token refused: " + expected, world.host_token_with(payload(but, more)));
    }
    void use_set(const std::string& keys) {
        world.config.host_tokens[0].key_file.clear();
        world.config.host_tokens[0].jwks_file = world.folder.write("set.json", R"({"keys":[)" + keys + "]}");
        world.restart();
    }
    std::string with_header(const std::string& header) const {
        return hs256_token(header, payload("", ""), world.host_secret);
    }
};

TEST(HostRefusals, AMissingOrMisshapenClaimIsNamed) {
    payload_says("no iss", "iss");
    payload_says("iss is not a string", "iss", R"("iss":["https://hs.example"])");
    payload_says("no sub", "sub");
    payload_says("sub is not a string", "sub", R"("sub":17)");
    payload_says("sub is empty", "sub", R"("sub":"")");
    payload_says("sub has more than 255 bytes", "sub", R"("sub":")" + std::string(256, 'x') + "\"");
    payload_says("no aud", "aud");
    payload_says("no aud", "aud", R"("aud":[])");
    payload_says("audience: aud is 'a', 'b', not 'billet'", "aud", R"("aud":["a","b"])");
    payload_says("aud is neither a string nor a list of strings", "aud", R"("aud":["billet",7])");
    payload_says("no exp", "exp");
    payload_says("exp is not a number", "exp", R"("exp":")" + soon + "\"");
    payload_says("exp is not between 1970 and 9999", "exp", R"("exp":-1)");
    payload_says("nbf is not a number", "", R"("nbf":"1")");
    payload_says("iat is not a number", "", R"("iat":null)");
}

TEST(HostRefusals, AWrongTimeSaysByHowMuch) {
    const std::string hour = std::to_string(unix_now() + 3600);
    payload_says("nbf is 36", "", R"("nbf":)" + hour);
    payload_says("iat is 36", "", R"("iat":)" + hour);
    says("exp was 36", world.host_token_with(payload("exp", R"("exp":)" + std::to_string(unix_now() - 3600))));
}

TEST(HostRefusals, AnIssuerThatDiffersByASlashOrCaseIsRecognized) {
    payload_says("unknown issuer 'https://hs.example/', the configured one is 'https://hs.example'", "iss",
                 R"("iss":"https://hs.example/")");
    payload_says("unknown issuer 'https://HS.example', the configured one is 'https://hs.example'", "iss",
                 R"("iss":"https://HS.example")");
    payload_says("unknown issuer 'https://other.example'", "iss", R"("iss":"https://other.example")");
    payload_says("unknown issuer '" + std::string(80, 'x') + "…'", "iss", R"("iss":")" + std::string(500, 'x') + "\"");
}

TEST(HostRefusals, TheHeaderIsNamed) {
    says("alg is 'HS512', this issuer's is HS256", with_header(R"({"alg":"HS512"})"));
    says("alg is missing, this issuer's is HS256", with_header(R"({"typ":"JWT"})"));
    says("crit", with_header(R"({"alg":"HS256","crit":["b64"]})"));
}

TEST(HostRefusals, WhatIsNoTokenSaysWhatIsMissing) {
    says("it has not three parts", "abc");
    says("it has not three parts", "a.b.c.d");
    says("it has more than 8192 bytes", std::string(9000, 'a'));
    says("its header is no JSON object", "aa.bb.AAAA");
    says("its payload is no JSON object",
         hs256_token(R"({"alg":"HS256"})", R"({"iss":"https://hs.example","iss":"b"})", world.host_secret));
    says("its signature is no base64url", join_token(R"({"alg":"HS256"})", "{}", "=="));
}

TEST(HostRefusals, TheKeyThatIsWantedIsNamed) {
    const std::string a = R"({"kty":"oct","kid":"a","k":"YSBob3N0J3Mgc2VjcmV0IG9mIHRoaXJ0eS10d28gYnk"})";
    const std::string b = R"({"kty":"oct","kid":"b","k":")" + std::string(43, 'A') + "\"}";
    use_set(a + "," + b + R"(,{"kty":"oct","kid":"c","alg":"HS512","k":"AA"})");

    says("ok", with_header(R"({"alg":"HS256","kid":"a"})"));
    says("no kid, and its issuer has 2 keys", with_header(R"({"alg":"HS256"})"));
    says("unknown key 'z'", with_header(R"({"alg":"HS256","kid":"z"})"));
    says("the key 'c' is not used: alg is 'HS512'", with_header(R"({"alg":"HS256","kid":"c"})"));
    says("token refused: signature", with_header(R"({"alg":"HS256","kid":"b"})"));
}

TEST(HostRefusals, ALineBreakThatTheHostTookForSecretIsSaid) {
    world.folder.write("host.secret", world.host_secret + "\n");
    world.restart();
    const std::string payload_text = payload("", "");

    says("ok", hs256_token(R"({"alg":"HS256"})", payload_text, world.host_secret));
    for (const char* ending : {"\n", "\r\n"}) {
        says("signature: it was made with a line break behind the secret",
             hs256_token(R"({"alg":"HS256"})", payload_text, world.host_secret + ending));
    }
    STRCMP_EQUAL("token refused: signature",
                 world.tokens->verify_access(hs256_token(R"({"alg":"HS256"})", payload_text, world.host_secret + " "))
                     .error()
                     .detail.c_str());
}

TEST(HostRefusals, OneFinalLineBreakIsNotPartOfASecretAndNoMore) {
    world.folder.write("host.secret", world.host_secret + "\n\n");
    world.restart();

    says("ok", hs256_token(R"({"alg":"HS256"})", payload("", ""), world.host_secret + "\n"));
    says("signature", hs256_token(R"({"alg":"HS256"})", payload("", ""), world.host_secret));
}

TEST(HostRefusals, ASecretThatTheHostDecodesIsSaid) {
    const std::string bytes(32, '\x01');
    world.folder.write("host.secret", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n");
    world.restart();
    says("signature: it was made with the secret decoded from base64",
         hs256_token(R"({"alg":"HS256"})", payload("", ""), bytes));

    std::string hex;
    for (int i = 0; i < 32; ++i) hex += "01";
    world.folder.write("host.secret", hex);
    world.restart();
    says("signature: it was made with the secret decoded from hex",
         hs256_token(R"({"alg":"HS256"})", payload("", ""), bytes));

    use_set(R"({"kty":"oct","k":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"})");
    says("signature: it was made with the text of k",
         hs256_token(R"({"alg":"HS256"})", payload("", ""), "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"));
}

TEST(HostRefusals, AClaimForANameThatIsNoTextCountsAsAbsent) {
    auto verified =
        world.tokens->verify_access(world.host_token(R"(,"preferred_username":17,"name":["Hanna"],"role":["admin"])"));

    CHECK_TRUE(verified.ok());
    CHECK_TRUE(verified->username.empty() && verified->display_name.empty() && verified->role == chat::Role::kUser);
}
