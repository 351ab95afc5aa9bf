// tests/unit/crypto_jwk_sets.cpp — Sets of keys as identity providers publish them, and broken
// ones.
// Shapes after the documentation of each provider; the keys are ours.
#include "lib/crypto/jwt.h"
#include "tests/unit/crypto_tokens_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;
using crypto::JwtAlgorithm;

namespace {

// The modulus of kRsaPublic, and another one.
const std::string kModulus =
    "xyEYig4bdza-_NxPXablPkH8g5I3wrxnPJkiiiYpT73F9RM31nGu-yEiwysBpcii8HaDyMzjvb0EztpYRg3B5DkTg3RoPgwMttnO"
    "5NABO17kuyAVhgzH6d2LhBGvcTLG3eUPNQJ4nJtwOZJ2Vlol2d4M_GGJ5hziQ8NZF3FJjO9UOZrwngyXKgDsdFMW5aTggERuC2z8"
    "oRNH5fDmzo0EBJlshZKumfecSBTyzT_2G8pHWCDZ6iR1LD1q-SXEKsWP14ukcxNAAWtWyhTnB7OAv0sHolsKUKCGhbknr4rIQVvb"
    "5Fu1NHU3OBjLmRx5z7DwsP1cfyFxT3asN61_z8cNVw";
const std::string kOtherModulus =
    "xKuXpyVvaRqbl3u_7DkpPSlFhJFdMc_kCeJIcIXpDG9YOAsrR0PhN5eiWNYA6VBOD6J8uMZpxIAGK7omJlE4dyHfSJno0pEzmtMT"
    "VI8t1Ia-WhE8lvwgbRz3yXJOqoKPo54JfFO0YEbzACg4M2t5RxFbFvqT2PahNVMisaEYJlWFmOZo_KI6yP4WkjkXGaYNK5fpb3ZA"
    "VJ2rcyo6vQEYovvvESdicQL_95jnXeaLBRiuzminlxl7nA7VmqZFEa5kqviyQ0jLz-ImPkdQAi5WqtdNVa3LietebrKqsCyVFeZJ"
    "V2BYNBlNXEflbv3xZ01Z5MYDZBjhl46dZow6At9BDQ";

std::string rsa_key(const std::string& more, const std::string& modulus = kModulus) {
    return R"({"kty":"RSA","e":"AQAB","n":")" + modulus + "\"," + more + "}";
}

std::string set_of(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
    return R"({"keys":[)" + text + "]}";
}

constexpr const char* kUnknownType = R"({"kty":"AKP","kid":"pq","alg":"ML-DSA-65","pub":"AAAA"})";
constexpr const char* kEd25519 = R"({"kty":"OKP","kid":"ed","crv":"Ed25519","alg":"EdDSA","use":"sig","x":"AA"})";

}  // namespace

TEST_GROUP(JwkSets) {
    ScratchFolder folder;

    // The kids that are used, or what is wrong.
    std::string kids(const std::string& set, JwtAlgorithm algorithm = JwtAlgorithm::kRs256) {
        auto read = crypto::read_jwks(folder.write("jwks.json", set), algorithm);
        if (!read) return read.error().detail;
        std::string text;
        for (const crypto::JwtKey& key : read->keys) text += (text.empty() ? "" : " ") + key.id;
        return text;
    }
    // What is said of the keys that are not.
    std::string ignored(const std::string& set, JwtAlgorithm algorithm = JwtAlgorithm::kRs256) {
        auto read = crypto::read_jwks(folder.write("jwks.json", set), algorithm);
        std::string text;
        for (const crypto::IgnoredKey& key : read->ignored)
            text += (text.empty() ? "" : "; ") + key.id + " " + key.why + (key.expected ? "" : "!");
        return text;
    }
    void says(const std::string& part, const std::string& text) {
        if (text.find(part) == std::string::npos) FAIL(("'" + part + "' is not in: " + text).c_str());
    }
};

TEST(JwkSets, KeycloakPublishesAKeyForEncryptionBesideTheOneForSigning) {
    const std::string set = set_of(
        {rsa_key(R"("kid":"enc-1","use":"enc","alg":"RSA-OAEP","x5c":["MIIC"],"x5t":"AA","x5t#S256":"AA")",
                 kOtherModulus),
         rsa_key(
             R"("kid":"FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE","use":"sig","alg":"RS256","x5c":["MIIC"],"x5t":"AA","x5t#S256":"AA")"),
         kEd25519, kUnknownType});

    STRCMP_EQUAL("FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE", kids(set).c_str());
    STRCMP_EQUAL("enc-1 use is 'enc'; ed kty is 'OKP'; pq kty is 'AKP'", ignored(set).c_str());
}

TEST(JwkSets, Auth0AndCognitoPublishTwoKeysForRotation) {
    const std::string auth0 = set_of(
        {rsa_key(
             R"("alg":"RS256","use":"sig","kid":"NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg","x5t":"AA","x5c":["MIIC"])"),
         rsa_key(R"("alg":"RS256","use":"sig","kid":"next","x5t":"AA","x5c":["MIIC"])", kOtherModulus), kUnknownType});
    const std::string cognito =
        set_of({rsa_key(R"("alg":"RS256","kid":"abcdefghijklmnopqrsexample+/=","use":"sig")"),
                rsa_key(R"("alg":"RS256","kid":"fgjhlkhjlkhexample=","use":"sig")", kOtherModulus), kUnknownType});

    STRCMP_EQUAL("NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg next", kids(auth0).c_str());
    STRCMP_EQUAL("abcdefghijklmnopqrsexample+/= fgjhlkhjlkhexample=", kids(cognito).c_str());
    STRCMP_EQUAL("pq kty is 'AKP'", ignored(cognito).c_str());
}

TEST(JwkSets, EntraPublishesKeysWithoutAlgorithm) {
    const std::string set = set_of(
        {rsa_key(
             R"("use":"sig","kid":"nOo3ZDrODXEK1jKWhXslHR_KXEg","x5t":"nOo3ZDrODXEK1jKWhXslHR_KXEg","x5c":["MIID"],"issuer":"https://login.example/{tenantid}/v2.0")"),
         rsa_key(
             R"("use":"sig","kid":"l3sQ-50cCH4xBVZLHTGwnSR7680","x5t":"AA","x5c":["MIID"],"cloud_instance_name":"login.example")",
             kOtherModulus),
         kUnknownType});

    STRCMP_EQUAL("nOo3ZDrODXEK1jKWhXslHR_KXEg l3sQ-50cCH4xBVZLHTGwnSR7680", kids(set).c_str());
}

TEST(JwkSets, FirebasePublishesASetAndAMapOfCertificates) {
    const std::string set = set_of(
        {rsa_key(R"("kid":"f90fb1ae048a548fb681ad6092b0b869ea467ac6","alg":"RS256","use":"sig")"), kUnknownType});

    STRCMP_EQUAL("f90fb1ae048a548fb681ad6092b0b869ea467ac6", kids(set).c_str());
    says("is no JWK set, an object with a list 'keys'",
         kids(R"({"f90fb1ae":"-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n"})"));
}

TEST(JwkSets, KeysOfAnotherMakeAreToldApart) {
    const std::string set =
        set_of({rsa_key(R"("kid":"a","alg":"RS512")"), rsa_key(R"("kid":"b","use":7)"),
                rsa_key(R"("kid":"c","key_ops":["sign"])"), rsa_key(R"("kid":"d","key_ops":["verify"])"),
                R"({"kty":7,"kid":"e"})", "5", R"({"kid":7})"});

    STRCMP_EQUAL("d", kids(set).c_str());
    STRCMP_EQUAL(
        "a alg is 'RS512'; b use is ''; c key_ops has no verify; e kty is ''; "
        " is no object;  kty is ''",
        ignored(set).c_str());
}

TEST(JwkSets, BrokenKeysAreSaidToBeBroken) {
    const std::string set =
        set_of({rsa_key(R"("kid":"short")", "AQAB"), R"({"kty":"RSA","kid":"bare"})", rsa_key(R"("kid":"good")")});
    const std::string curves = set_of({R"({"kty":"EC","kid":"p384","crv":"P-384","x":"AA","y":"AA"})",
                                       R"({"kty":"EC","kid":"off","crv":"P-256","x":"AA","y":"AA"})"});

    STRCMP_EQUAL("good", kids(set).c_str());
    says("short is not an RSA public key of at least 2048 bits", ignored(set));
    says("bare is not an RSA public key", ignored(set));
    says("has no usable key for ES256 ('p384' crv is 'P-384', 'off' is not a P-256 public key",
         kids(curves, JwtAlgorithm::kEs256));
}

TEST(JwkSets, TwoDifferentKeysWithOneKidStopTheStart) {
    const std::string set = set_of({rsa_key(R"("kid":"a")"), rsa_key(R"("kid":"a")", kOtherModulus)});

    says("jwks.json: two different keys have the kid 'a'", kids(set));
}

TEST(JwkSets, TheSameKidForAnotherPurposeOrTheSameKeyIsNoConflict) {
    const std::string other_use =
        set_of({rsa_key(R"("kid":"a","use":"enc")", kOtherModulus), rsa_key(R"("kid":"a","use":"sig")")});
    const std::string twice = set_of({rsa_key(R"("kid":"a")"), rsa_key(R"("kid":"a")")});

    STRCMP_EQUAL("a", kids(other_use).c_str());
    STRCMP_EQUAL("a", kids(twice).c_str());
    STRCMP_EQUAL("a is there twice!", ignored(twice).c_str());
}

TEST(JwkSets, AKeyWithoutKidCanOnlyBeTheOnlyOne) {
    const std::string alone = set_of({rsa_key(R"("use":"sig")")});
    const std::string beside = set_of({rsa_key(R"("use":"sig")"), rsa_key(R"("kid":"a")", kOtherModulus)});
    const std::string two = set_of({rsa_key(R"("use":"sig")"), rsa_key(R"("use":"sig")", kOtherModulus)});

    STRCMP_EQUAL("", kids(alone).c_str());
    STRCMP_EQUAL("a", kids(beside).c_str());
    says("has no kid and is not the only key", ignored(beside));
    says("has no usable key for RS256 (one without kid has no kid and is not the only key", kids(two));
}
