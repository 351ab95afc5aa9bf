// tests/support/host.cpp — A JWT by hand: the code under test must not sign what it verifies.
#include "tests/support/host.h"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/crypto/base64url.h"
#include "tests/support/http.h"
#include "tests/support/stack.h"

namespace billet::tests {
namespace {

std::string host_secret() {
    auto secret = read_secret_file(stack().run_dir + "/keys/host.secret");
    if (secret) return *secret;
    std::fprintf(stderr, "the stack has no host: run these tests through tools/check/on_stack.sh (%s)\n",
                 secret.error().detail.c_str());
    std::exit(2);
}

std::string signature_of(const std::string& text) {
    const std::string secret = host_secret();
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return crypto::base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

}  // namespace

std::string host_token(const HostUser& user, const HostTokenTimes& times) {
    const std::int64_t time = std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
    std::string claims = R"({"iss":"https://host.test","aud":"billet","sub":)" + json_string(user.subject) +
                         R"(,"preferred_username":)" + json_string(user.preferred_username) + R"(,"exp":)" +
                         std::to_string(time + times.expires_in.count());
    if (times.issued_ago) claims += R"(,"iat":)" + std::to_string(time - times.issued_ago->count());
    const std::string text =
        crypto::base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + crypto::base64url(claims + "}");
    return text + "." + signature_of(text);
}

}  // namespace billet::tests
