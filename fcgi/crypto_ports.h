// fcgi/crypto_ports.h — lib/crypto's passwords and tokens as the ports that the rules ask for: lib/crypto itself knows no chat.
#pragma once

#include "lib/chat/ports.h"
#include "lib/crypto/passwords.h"
#include "lib/crypto/tokens.h"

namespace billet::fcgi {

// Thread-safe, like what it wraps.
class PasswordsPort : public chat::Passwords {
public:
    Result<std::string> hash(std::string_view password) override { return passwords_.hash(password); }
    Result<bool> verify(std::string_view password, std::string_view hash) override {
        return passwords_.verify(password, hash);
    }

private:
    crypto::Passwords passwords_;
};

// Thread-safe. `tokens` must outlive it.
class TokensPort : public chat::Tokens {
public:
    explicit TokensPort(crypto::Tokens& tokens) : tokens_(tokens) {}

    std::string issue_access(UserId user, std::string_view session_id, Time expires_at) override {
        return tokens_.issue_access(user, session_id, expires_at);
    }
    Result<chat::AccessClaims> verify_access(std::string_view token) override;
    std::string issue_refresh(std::string_view session_id, std::uint64_t generation) override {
        return tokens_.issue_refresh(session_id, generation);
    }
    Result<chat::RefreshClaims> verify_refresh(std::string_view token) override;

private:
    crypto::Tokens& tokens_;
};

}  // namespace billet::fcgi
