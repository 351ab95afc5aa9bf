// lib/crypto/passwords.cpp — libsodium's Argon2id behind a bounded queue.
#include "lib/crypto/passwords.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

#include "lib/base/metrics.h"
#include "lib/crypto/key_ring.h"

namespace billet::crypto {
namespace {

constexpr unsigned long long kOperations = 2;
constexpr std::size_t kMemoryBytes = std::size_t{19} << 20U;

std::string argon2id(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kOperations, kMemoryBytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return {};
    return out.data();
}

Error busy() {
    metrics::count(metrics::kPasswordQueueRefused);
    return unavailable("too many password hashes are waiting");
}

}  // namespace

// One of the running places; empty-handed when the queue was full or the wait too long.
class Passwords::Place {
public:
    explicit Place(Passwords& owner) : owner_(owner), held_(owner.enter()) {}
    ~Place() {
        if (held_) owner_.leave();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    bool held() const { return held_; }

private:
    Passwords& owner_;
    bool held_;
};

Passwords::Passwords(const ApiConfig& config)
    : parallel_(config.password_hashes_parallel),
      queued_(config.password_hashes_queued),
      wait_(config.password_wait_ms),
      dummy_((start_crypto(), argon2id("a dummy for accounts that do not exist"))) {
    if (dummy_.empty()) std::abort();
}

bool Passwords::enter() {
    std::unique_lock lock(mutex_);
    if (running_ >= parallel_) {
        if (waiting_ >= queued_) return false;
        ++waiting_;
        const bool came_free = free_.wait_for(lock, wait_, [this] { return running_ < parallel_; });
        --waiting_;
        if (!came_free) return false;
    }
    ++running_;
    return true;
}

void Passwords::leave() {
    {
        const std::scoped_lock lock(mutex_);
        --running_;
    }
    free_.notify_one();
}

Result<std::string> Passwords::hash(std::string_view password) {
    const Place place(*this);
    if (!place.held()) return busy();
    std::string hashed = argon2id(password);
    if (hashed.empty()) return unavailable("out of memory for a password hash");
    return hashed;
}

Result<bool> Passwords::verify(std::string_view password, std::string_view hash) {
    const Place place(*this);
    if (!place.held()) return busy();
    const std::string against = hash.empty() ? dummy_ : std::string(hash);
    const bool matches = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    return matches && !hash.empty();
}

}  // namespace billet::crypto
