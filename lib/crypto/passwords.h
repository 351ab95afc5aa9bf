// lib/crypto/passwords.h — Argon2id (19 MiB, t = 2: the first choice of the OWASP Password Storage Cheat Sheet), a few at a time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/base/config.h"
#include "lib/base/result.h"

namespace billet::crypto {

// Thread-safe. Hashing blocks for tens of milliseconds; at most password_hashes_parallel run at once, at most password_hashes_queued wait for at
// most password_wait_ms, all others get kUnavailable at once.
class Passwords {
public:
    explicit Passwords(const ApiConfig& config);

    Result<std::string> hash(std::string_view password);
    // An empty `hash` is compared with a dummy one: it costs the same time and answers false.
    Result<bool> verify(std::string_view password, std::string_view hash);

private:
    std::uint32_t parallel_;
    std::uint32_t queued_;
    milliseconds wait_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::uint32_t running_ = 0;
    std::uint32_t waiting_ = 0;
    std::string dummy_;

    class Place;
    bool enter();
    void leave();
};

}  // namespace billet::crypto
