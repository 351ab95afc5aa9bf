// wsd/memory.cpp — When malloc_trim() is worth its time: a few milliseconds for each 100 MB.
#include "wsd/memory.h"

#include <malloc.h>

#include <algorithm>

namespace billet::wsd {
namespace {

constexpr std::size_t kConnectionBytes = 3072;
constexpr std::size_t kWorthIt = std::size_t{8} << 20U;
constexpr std::chrono::seconds kPause{5};

}  // namespace

void MemoryReturn::tick(SteadyTime now, std::size_t connections) {
    const std::size_t used = waiting.total() + connections * kConnectionBytes;
    highest_ = std::max(highest_, used);
    if (highest_ - used < std::max(kWorthIt, used) || now < next_at_) return;
    malloc_trim(0);
    highest_ = used;
    next_at_ = now + kPause;
}

}  // namespace billet::wsd
