// wsd/feed.cpp — Two short sorted lists beside the position.
#include "wsd/feed.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "lib/wire/frames.h"
#include "wsd/memory.h"

namespace billet::wsd {
namespace {

// What is held bridges the time of one read of the log, or of one send; more is cheaper read again than kept for every connection.
constexpr std::size_t kHeldMax = 64;
constexpr std::size_t kHeldBytesMax = 65536;

}  // namespace

void Feed::start(Cursor last) {
    last_ = last;
    raise_head(last);
    drop_held_up_to(last);
}

void Feed::reset() {
    waiting.held -= held_bytes_;
    held_bytes_ = 0;
    std::vector<Held>().swap(held_);
    take_acks();
    last_ = head_ = Cursor{};
}

void Feed::raise_head(Cursor head) {
    head_ = std::max(head_, head);
}

void Feed::hold(Cursor cursor, FramePtr frame) {
    raise_head(cursor);
    if (cursor <= last_ || held_.size() >= kHeldMax || held_bytes_ + frame->size() > kHeldBytesMax) return;
    const auto place = std::ranges::lower_bound(held_, cursor, {}, &Held::cursor);
    if (place != held_.end() && place->cursor == cursor) return;
    held_bytes_ += frame->size();
    waiting.held += frame->size();
    held_.insert(place, {cursor, std::move(frame)});
}

void Feed::put_ack(Cursor cursor, Ack ack) {
    assert(cursor > last_);
    raise_head(cursor);
    acks_bytes_ += ack.bytes();
    waiting.outboxes += ack.bytes();
    acks_.insert(std::ranges::lower_bound(acks_, cursor, {}, &Waiting::cursor), {cursor, std::move(ack)});
}

std::vector<Ack> Feed::take_acks() {
    waiting.outboxes -= std::exchange(acks_bytes_, 0);
    std::vector<Ack> acks;
    for (Waiting& each : std::exchange(acks_, {})) acks.push_back(std::move(each.ack));
    return acks;
}

FramePtr Feed::take_next() {
    const Cursor next = last_.next();
    FramePtr frame = take_ack(next);
    if (frame == nullptr && !held_.empty() && held_.front().cursor == next) frame = held_.front().frame;
    if (frame != nullptr) start(next);
    return frame;
}

FramePtr Feed::take_from_log(std::string_view event) {
    const Cursor next = last_.next();
    FramePtr ack = take_ack(next);
    start(next);
    return ack != nullptr ? std::move(ack) : make_frame(event);
}

void Feed::drop_held_up_to(Cursor cursor) {
    auto end = held_.begin();
    for (; end != held_.end() && end->cursor <= cursor; ++end) {
        held_bytes_ -= end->frame->size();
        waiting.held -= end->frame->size();
    }
    held_.erase(held_.begin(), end);
    if (held_.empty()) std::vector<Held>().swap(held_);
}

FramePtr Feed::take_ack(Cursor cursor) {
    if (acks_.empty() || acks_.front().cursor != cursor) return nullptr;
    const Ack ack = std::move(acks_.front().ack);
    acks_bytes_ -= ack.bytes();
    waiting.outboxes -= ack.bytes();
    acks_.erase(acks_.begin());
    if (acks_.empty()) std::vector<Waiting>().swap(acks_);
    return make_frame(wire::ack_frame(ack.id, cursor.value, ack.payload));
}

}  // namespace billet::wsd
