// wsd/outbox.cpp — A vector with a moving front: the memory goes back as soon as everything is
// sent.
#include "wsd/outbox.h"

#include <cassert>
#include <cstdint>

#include "wsd/memory.h"

namespace billet::wsd {
namespace {

constexpr std::uint32_t kForgetAfter = 64;

}  // namespace

void Outbox::push(FramePtr frame, Waits waits) {
    if (empty()) queue_ = std::make_unique<Queue>();
    queue_->bytes += frame->size();
    waiting.outboxes += frame->size();
    if (waits == Waits::kLive) ++queue_->live;
    queue_->entries.push_back({std::move(frame), waits});
}

void Outbox::pop() {
    assert(!empty());
    Entry& entry = queue_->entries[queue_->first++];
    queue_->bytes -= entry.frame->size();
    waiting.outboxes -= entry.frame->size();
    if (entry.waits == Waits::kLive) --queue_->live;
    entry.frame.reset();
    forget_sent();
}

void Outbox::forget_sent() {
    std::vector<Entry>& entries = queue_->entries;
    if (queue_->first == entries.size()) return queue_.reset();
    if (queue_->first < kForgetAfter || queue_->first * std::size_t{2} < entries.size()) return;
    entries.erase(entries.begin(), entries.begin() + queue_->first);
    queue_->first = 0;
}

void Outbox::clear() {
    while (!empty()) pop();
}

}  // namespace billet::wsd
