// lib/crypto/passwords.h — Argon2id (19 MiB, t = 2: the first choice of the OWASP Password Storage
// Cheat Sheet).
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/chat/ports.h"

namespace billet::crypto {

// Thread-safe. Each call takes tens of milliseconds of its thread: how many run at once is the
// caller's to bound.
class Passwords : public chat::Passwords {
public:
    Passwords();

    // kUnavailable without the memory for it.
    Result<std::string> hash(std::string_view password) override;
    // An empty `hash` is compared with a dummy one: it costs the same time and answers false.
    Result<bool> verify(std::string_view password, std::string_view hash) override;
    bool is_outdated(std::string_view hash) const override;

private:
    std::string dummy_;
};

}  // namespace billet::crypto
