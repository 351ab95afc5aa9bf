// fcgi/write_lane.cpp — Two queues and one turn, under one mutex.
#include "fcgi/write_lane.h"

#include <algorithm>
#include <utility>

#include "lib/base/config/api.h"
#include "lib/base/metrics.h"

namespace billet::fcgi {
namespace {

RoomId room_of(const WaitingWrite& write) {
    return write.write().question().room;
}

// Contents beyond this go into the next transaction: far below the smallest packet that a server
// takes by default (16 MiB), in hexadecimal and with all that belongs to them.
constexpr std::size_t kContentBytesMax = std::size_t{1} << 20U;

}  // namespace

bool WriteLane::offer(WaitingWrite& write) {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + postponed_.size() >= config_.writes_queued) return false;
    waiting_.push_back(std::move(write));
    return true;
}

std::vector<WaitingWrite> WriteLane::take_turn() {
    std::vector<WaitingWrite> turn;
    const std::scoped_lock lock(mutex_);
    if (has_leader_) return turn;
    std::size_t bytes = 0;
    while (!waiting_.empty() && turn.size() < config_.writes_together_max) {
        if (waits_apart(room_of(waiting_.front()))) {
            postpone_first();
            continue;
        }
        bytes += waiting_.front().pending->request.body.size();
        if (!turn.empty() && bytes > kContentBytesMax) break;
        turn.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    has_leader_ = !turn.empty();
    return turn;
}

bool WriteLane::waits_apart(RoomId room) const {
    return taken_rooms_.contains(room) || std::ranges::find(postponed_, room, room_of) != postponed_.end();
}

void WriteLane::postpone_first() {
    metrics::count(metrics::kWritesPostponed);
    postponed_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    changed_.notify_one();
}

void WriteLane::release() {
    const std::scoped_lock lock(mutex_);
    has_leader_ = false;
}

void WriteLane::postpone(WaitingWrite write) {
    metrics::count(metrics::kWritesPostponed);
    const std::scoped_lock lock(mutex_);
    postponed_.push_back(std::move(write));
    changed_.notify_one();
}

bool WriteLane::find_postponed(RoomId& room) const {
    const auto found = std::ranges::find_if(
        postponed_, [&](const WaitingWrite& write) { return !taken_rooms_.contains(room_of(write)); });
    if (found == postponed_.end()) return false;
    room = room_of(*found);
    return true;
}

std::vector<WaitingWrite> WriteLane::take_postponed() {
    std::unique_lock lock(mutex_);
    RoomId room;
    changed_.wait(lock, [&] { return find_postponed(room) || closed_; });
    std::vector<WaitingWrite> taken;
    if (!find_postponed(room)) return taken;
    taken_rooms_.insert(room);
    for (auto each = postponed_.begin(); each != postponed_.end() && taken.size() < config_.writes_together_max;) {
        if (room_of(*each) != room) {
            ++each;
            continue;
        }
        taken.push_back(std::move(*each));
        each = postponed_.erase(each);
    }
    return taken;
}

void WriteLane::done_with(RoomId room) {
    const std::scoped_lock lock(mutex_);
    taken_rooms_.erase(room);
    changed_.notify_one();
}

void WriteLane::close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

}  // namespace billet::fcgi
