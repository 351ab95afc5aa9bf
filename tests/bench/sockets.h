// tests/bench/sockets.h — Part 2: what sockets cost that are opened, idle, chatting, and coming
// back all at once.
#pragma once

#include "tests/bench/site.h"

namespace billet::bench {

// `seconds`: length of one measurement.
void measure_sockets(const Site& site, int seconds);

}  // namespace billet::bench
