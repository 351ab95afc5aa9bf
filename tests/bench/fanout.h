// tests/bench/fanout.h — One frame to very many sockets: Billet, the floor below it, and two
// servers that others use for this.
#pragma once

#include "tests/bench/site.h"

namespace billet::bench {

enum class Rivalry { kAll, kFloor };

// CPU and memory of each server with 1,000 and 10,000 readers, in turn; then what system calls a
// delivery is.
void measure_fanout(const Site& site, Rivalry rivalry);

}  // namespace billet::bench
