// lib/store/server_health.cpp — Distrust, doubt, and one remembered answer.
#include "lib/store/server_health.h"

namespace billet::store {
namespace {

constexpr std::chrono::seconds kDistrustPause{1};
constexpr std::chrono::seconds kAnswerLife{1};

}  // namespace

void ServerHealth::distrust() {
    const Clock::time_point time = Clock::now();
    Clock::rep before = trusted_from_;
    if (before != 0 && time - Clock::time_point(Clock::duration(before)) < kDistrustPause) return;
    trusted_from_.compare_exchange_strong(before, time.time_since_epoch().count());
}

bool ServerHealth::is_suspect() {
    const std::scoped_lock lock(answer_mutex_);
    return in_doubt_ || !answer_.ok();
}

bool ServerHealth::takes_proof(Clock::time_point time) {
    return in_doubt_.exchange(false) || proved_ == Clock::time_point{} || time - proved_ >= proof_life_;
}

Result<void> ServerHealth::writable(const std::function<Result<void>(bool thoroughly)>& ask) {
    std::unique_lock asking(asking_, std::try_to_lock);
    if (!asking) {
        const std::scoped_lock lock(answer_mutex_);
        if (answered_ != Clock::time_point{}) return answer_;
    }
    if (!asking) asking.lock();  // nobody knows anything yet
    {
        const std::scoped_lock lock(answer_mutex_);
        if (answered_ != Clock::time_point{} && Clock::now() - answered_ < kAnswerLife) return answer_;
    }
    const bool thoroughly = takes_proof(Clock::now());
    auto found = ask(thoroughly);
    if (!found) in_doubt_ = true;
    if (found && thoroughly) proved_ = Clock::now();
    const std::scoped_lock lock(answer_mutex_);
    answer_ = found;
    answered_ = Clock::now();
    return found;
}

}  // namespace billet::store
