// tests/bench/people.cpp — A part of them.
#include "tests/bench/people.h"

#include <algorithm>

namespace billet::bench {
namespace {

template <typename T>
std::vector<T> front_of(const std::vector<T>& all, std::size_t count) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()));
    return {all.begin(), end};
}

}  // namespace

People People::first(std::size_t count) const {
    return {front_of(accounts, count), front_of(pairs, count / 2), messages_per_room, front_of(heads, count)};
}

}  // namespace billet::bench
