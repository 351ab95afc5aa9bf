// fcgi/hash_queue.cpp — First in, first out, within bounds.
#include "fcgi/hash_queue.h"

#include "lib/base/config/api.h"
#include "lib/base/metrics.h"

namespace billet::fcgi {

bool HashQueue::offer(std::unique_ptr<PendingRequest>& pending) {
    const std::scoped_lock lock(mutex_);
    if (closed_ || waiting_.size() >= config_.password_hashes_queued) return false;
    waiting_.push_back(std::move(pending));
    changed_.notify_one();
    return true;
}

HashQueue::Turn HashQueue::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || closed_; });
    if (waiting_.empty()) return {};
    Turn turn{.pending = std::move(waiting_.front()), .too_late = closed_};
    waiting_.pop_front();
    lock.unlock();
    const auto waited = std::chrono::steady_clock::now() - turn.pending->request.read_at;
    turn.too_late = turn.too_late || waited > config_.password_wait_ms;
    metrics::observe(metrics::kPasswordWait, std::chrono::duration<double>(waited).count());
    return turn;
}

void HashQueue::close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

}  // namespace billet::fcgi
