// tools/billetctl/chat_ports.cpp — The operator has every token of a bucket, and without keys none
// of a user.
#include "tools/billetctl/chat_ports.h"

#include <cassert>
#include <cstdint>

namespace billet::ctl {

std::vector<chat::TokenAnswer> NoLimiter::answer() {
    std::vector<chat::TokenAnswer> all;
    for (const chat::TokenRequest& asked : asked_) all.push_back({asked.bucket, {}});
    return all;
}

std::string NoTokens::issue_access(UserId, std::string_view, Time) {
    assert(false);
    return {};
}

std::string NoTokens::issue_refresh(std::string_view, std::uint64_t) {
    assert(false);
    return {};
}

Result<chat::AccessClaims> NoTokens::verify_access(std::string_view) {
    return make_error(Code::kForbidden, "the operator logs in with no token");
}

Result<chat::RefreshClaims> NoTokens::verify_refresh(std::string_view) {
    return make_error(Code::kForbidden, "the operator logs in with no token");
}

}  // namespace billet::ctl
