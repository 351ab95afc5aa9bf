// wsd/outbox.cpp — A vector with a moving front: the memory goes back as soon as everything is sent.
#include "wsd/outbox.h"

#include <cassert>

#include "wsd/memory.h"

namespace billet::wsd {
namespace {

constexpr std::uint32_t kForgetAfter = 64;

}  // namespace

void Outbox::push(FramePtr frame, Waits waits) {
    bytes_ += frame->size();
    waiting.outboxes += frame->size();
    if (waits == Waits::kLive) ++live_;
    entries_.push_back({std::move(frame), waits});
}

void Outbox::pop() {
    assert(!empty());
    Entry& entry = entries_[first_++];
    bytes_ -= entry.frame->size();
    waiting.outboxes -= entry.frame->size();
    if (entry.waits == Waits::kLive) --live_;
    entry.frame.reset();
    forget_sent();
}

void Outbox::forget_sent() {
    if (empty()) {
        std::vector<Entry>().swap(entries_);
    } else if (first_ >= kForgetAfter && first_ * std::size_t{2} >= entries_.size()) {
        entries_.erase(entries_.begin(), entries_.begin() + first_);
    } else {
        return;
    }
    first_ = 0;
}

void Outbox::clear() {
    while (!empty()) pop();
}

}  // namespace billet::wsd
