// tests/faults/fault_point.cpp — What ends a process at a fault point: whenever the point's file
// exists, the next process that comes there takes it away and dies as by kill -9. Of several that
// see the file, the one that unlinks it.
#include "lib/base/fault_point.h"

#include <signal.h>
#include <unistd.h>

#include "tests/faults/fault_file.h"

namespace billet {

void reach(FaultPoint point) {
    const std::string file = tests::fault_file(point);
    // By SIGKILL and not abort(): no handler runs, no buffer is written, no core is left.
    if (!file.empty() && unlink(file.c_str()) == 0) kill(getpid(), SIGKILL);
}

}  // namespace billet
