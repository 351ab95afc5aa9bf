// wsd/event_sequencer.cpp — Two short sorted lists beside the position, while there is something in
// them.
#include "wsd/event_sequencer.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "lib/wire/frames.h"
#include "wsd/memory.h"

namespace billet::wsd {
namespace {

// What is held bridges the time of one read of the log, or of one send; more is cheaper read again
// than kept for every connection.
constexpr std::size_t kHeldMax = 64;
constexpr std::size_t kHeldBytesMax = 65536;

}  // namespace

void EventSequencer::start(Cursor last) {
    last_ = last;
    raise_head(last);
    drop_held_up_to(last);
}

void EventSequencer::reset() {
    if (pending_ != nullptr) {
        waiting.held -= pending_->held_bytes;
        waiting.outboxes -= pending_->acks_bytes;
        pending_.reset();
    }
    last_ = head_ = Cursor{};
}

EventSequencer::Pending& EventSequencer::pending() {
    if (pending_ == nullptr) pending_ = std::make_unique<Pending>();
    return *pending_;
}

void EventSequencer::forget_if_empty() {
    if (pending_ != nullptr && pending_->held.empty() && pending_->acks.empty()) pending_.reset();
}

void EventSequencer::raise_head(Cursor head) {
    head_ = std::max(head_, head);
}

void EventSequencer::hold(Cursor cursor, FramePtr frame) {
    raise_head(cursor);
    if (cursor <= last_ || frame->size() > kHeldBytesMax) return;
    Pending& all = pending();
    if (all.held.size() >= kHeldMax || all.held_bytes + frame->size() > kHeldBytesMax) return;
    const auto place = std::ranges::lower_bound(all.held, cursor, {}, &Held::cursor);
    if (place != all.held.end() && place->cursor == cursor) return;
    all.held_bytes += frame->size();
    waiting.held += frame->size();
    all.held.insert(place, {cursor, std::move(frame)});
}

void EventSequencer::put_ack(Cursor cursor, Ack ack) {
    assert(cursor > last_);
    raise_head(cursor);
    Pending& all = pending();
    all.acks_bytes += ack.bytes();
    waiting.outboxes += ack.bytes();
    all.acks.insert(std::ranges::lower_bound(all.acks, cursor, {}, &WaitingAck::cursor), {cursor, std::move(ack)});
}

std::vector<Ack> EventSequencer::take_acks() {
    std::vector<Ack> acks;
    if (pending_ == nullptr) return acks;
    waiting.outboxes -= std::exchange(pending_->acks_bytes, 0);
    for (WaitingAck& each : std::exchange(pending_->acks, {})) acks.push_back(std::move(each.ack));
    forget_if_empty();
    return acks;
}

FramePtr EventSequencer::take_next() {
    const Cursor next = last_.next();
    FramePtr frame = take_ack(next);
    const bool is_held = pending_ != nullptr && !pending_->held.empty() && pending_->held.front().cursor == next;
    if (frame == nullptr && is_held) frame = pending_->held.front().frame;
    if (frame != nullptr) start(next);
    return frame;
}

FramePtr EventSequencer::take_from_log(std::string_view event) {
    const Cursor next = last_.next();
    FramePtr ack = take_ack(next);
    start(next);
    return ack != nullptr ? std::move(ack) : make_frame(event);
}

void EventSequencer::drop_held_up_to(Cursor cursor) {
    if (pending_ == nullptr) return;
    std::vector<Held>& held = pending_->held;
    auto end = held.begin();
    for (; end != held.end() && end->cursor <= cursor; ++end) {
        pending_->held_bytes -= end->frame->size();
        waiting.held -= end->frame->size();
    }
    held.erase(held.begin(), end);
    forget_if_empty();
}

FramePtr EventSequencer::take_ack(Cursor cursor) {
    if (pending_ == nullptr || pending_->acks.empty() || pending_->acks.front().cursor != cursor) return nullptr;
    const Ack ack = std::move(pending_->acks.front().ack);
    pending_->acks_bytes -= ack.bytes();
    waiting.outboxes -= ack.bytes();
    pending_->acks.erase(pending_->acks.begin());
    forget_if_empty();
    return make_frame(wire::ack_frame(ack.id, cursor.value, ack.payload));
}

}  // namespace billet::wsd
