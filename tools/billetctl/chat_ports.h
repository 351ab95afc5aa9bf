// tools/billetctl/chat_ports.h — The ports that an operator's use cases need beside the store: no
// limits, and Redis only if it is there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lib/chat/ports.h"

namespace billet::ctl {

// The operator is not limited.
class NoLimiter : public chat::Limiter {
public:
    void ask(std::span<const chat::TokenRequest> tokens) override { asked_.assign(tokens.begin(), tokens.end()); }
    std::vector<chat::TokenAnswer> answer() override;
    void withdraw() override {}
    void refund(const chat::Bucket&, std::string_view) override {}

private:
    std::vector<chat::TokenRequest> asked_;
};

// Nobody is told: live sockets find out by their comparison of heads, within seconds.
class SilentNotifier : public chat::Notifier {
public:
    void announce(std::span<const chat::Announcement>) override {}
    void typing(UserId, RoomId, UserId, std::chrono::seconds) override {}
    void session_revoked(UserId, std::string_view) override {}
    void account_disabled(UserId) override {}
};

// While no keys have been loaded: must not be asked.
class NoTokens : public chat::Tokens {
public:
    std::string issue_access(UserId user, std::string_view session_id, Time expires_at) override;
    Result<chat::AccessClaims> verify_access(std::string_view token) override;
    std::string issue_refresh(std::string_view session_id, std::uint64_t generation) override;
    Result<chat::RefreshClaims> verify_refresh(std::string_view token) override;
};

}  // namespace billet::ctl
