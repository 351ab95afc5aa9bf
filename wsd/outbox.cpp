// wsd/outbox.cpp — A vector with a moving front: the memory goes back as soon as everything is sent.
#include "wsd/outbox.h"

#include <cassert>

namespace billet::wsd {
namespace {

constexpr std::uint32_t kForgetAfter = 64;

std::size_t total = 0;

}  // namespace

std::size_t Outbox::total_bytes() {
    return total;
}

void Outbox::push(FramePtr frame, Waits waits) {
    bytes_ += frame->size();
    total += frame->size();
    if (waits == Waits::kLive) ++live_;
    entries_.push_back({std::move(frame), waits});
}

void Outbox::pop() {
    assert(!empty());
    Entry& entry = entries_[first_++];
    bytes_ -= entry.frame->size();
    total -= entry.frame->size();
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
