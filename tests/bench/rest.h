// tests/bench/rest.h — Part 1: what requests cost, and that pages cost the same however much there
// is.
#pragma once

#include <cstdint>

#include "tests/bench/site.h"

namespace billet::bench {

// `small` has few messages, `big` gets `messages` of them. `seconds` is the length of one
// measurement.
void measure_rest(const Site& small, const Site& big, std::uint64_t messages, int seconds);

}  // namespace billet::bench
