// tools/billetctl/chat_ports.cpp — Tokens as the operator's use cases need them.
#include "tools/billetctl/chat_ports.h"

namespace billet::ctl {

std::string Tokens::issue_access(UserId user, std::string_view session_id, Time expires_at) {
    assert(tokens_ != nullptr);
    return tokens_->issue_access(user, session_id, expires_at);
}

std::string Tokens::issue_refresh(std::string_view session_id, std::uint64_t generation) {
    assert(tokens_ != nullptr);
    return tokens_->issue_refresh(session_id, generation);
}

Result<chat::AccessClaims> Tokens::verify_access(std::string_view) {
    return make_error(Code::kForbidden, "the operator logs in with no token");
}

Result<chat::RefreshClaims> Tokens::verify_refresh(std::string_view) {
    return make_error(Code::kForbidden, "the operator logs in with no token");
}

}  // namespace billet::ctl
