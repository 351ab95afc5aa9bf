// lib/chat/page.h — How much of a list one answer holds: so many items and so many bytes of JSON,
// whichever is reached first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "lib/chat/events.h"

namespace billet::chat {

struct PageBound {
    static constexpr std::size_t kAnyBytes = std::numeric_limits<std::size_t>::max();

    std::size_t items;
    std::size_t bytes;

    // A number by itself bounds the items alone.
    constexpr PageBound(std::size_t the_items, std::size_t the_bytes = kAnyBytes)
        : items(the_items), bytes(the_bytes) {}
};

// What an item adds to a page of JSON, in whichever of Billet's forms: never less than it does, and
// a few hundred bytes more at most.
std::size_t weight_of(const Message& message);
std::size_t weight_of(const Room& room);
std::size_t weight_of(const User& user);
std::size_t weight_of(const Event& event);

// Fills one page.
class PageMeter {
public:
    explicit PageMeter(PageBound bound) : bound_(bound) {}

    // Whether the page takes one more item of this weight. The first one always: a page gets its
    // reader on. After a "no" the page is over.
    bool takes(std::size_t weight);

    std::size_t items_left() const { return bound_.items - items_; }
    std::size_t bytes_left() const { return bound_.bytes - std::min(bytes_, bound_.bytes); }

private:
    PageBound bound_;
    std::size_t items_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace billet::chat
