// lib/bus/local_limiter.h — Buckets of this process alone: what limits while Redis is gone.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "lib/bus/gcra.h"
#include "lib/chat/ports.h"

namespace billet::bus {

// Thread-safe. Remembers at most `keys_max` subjects; beyond that it forgets whichever bucket is
// full soonest, which loses least.
class LocalLimiter {
public:
    // Microseconds that only grow.
    using Clock = std::function<microseconds()>;

    LocalLimiter();
    LocalLimiter(Clock clock, std::size_t keys_max);

    chat::LimitDecision take(const chat::Bucket& bucket, std::string_view subject);
    void refund(const chat::Bucket& bucket, std::string_view subject);

    std::size_t keys() const;

private:
    // When the bucket is full again.
    using Buckets = std::map<std::string, microseconds, std::less<>>;

    const Clock clock_;
    const std::size_t keys_max_;
    mutable std::mutex mutex_;
    Buckets buckets_;
    // The same; views into the keys of buckets_.
    std::set<std::pair<microseconds, std::string_view>> by_time_;

    void store(const std::string& key, microseconds full_at, microseconds now);
    void erase(Buckets::iterator found);
    void make_room(microseconds now);
};

}  // namespace billet::bus
