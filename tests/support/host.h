// tests/support/host.h — The host application of the stack under test (tools/check/on_stack.sh):
// signs tokens for its users.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace billet::tests {

struct HostUser {
    std::string subject;
    std::string preferred_username;
};

struct HostTokenTimes {
    // Nothing: no claim iat.
    std::optional<std::chrono::seconds> issued_ago = std::chrono::seconds{0};
    std::chrono::seconds expires_in{600};
};

// HS256, with the secret that the stack's api knows.
std::string host_token(const HostUser& user, const HostTokenTimes& times = {});

}  // namespace billet::tests
