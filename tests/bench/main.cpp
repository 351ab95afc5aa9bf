// tests/bench/main.cpp — bench_load: measures running stacks and prints tables. tests/bench/run.sh starts it.
//
//   bench_load rest SMALL_RUN_DIR BIG_RUN_DIR     BENCH_MESSAGES=2000000 BENCH_SECONDS=4
//   bench_load sockets RUN_DIR
//   bench_load fanout RUN_DIR [floor]             all servers, or only billet-wsd and the floor
//   bench_load floor SOCKET                       the server that the fan-out is compared with
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/fanout.h"
#include "tests/bench/floor.h"
#include "tests/bench/rest.h"
#include "tests/bench/sockets.h"
#include "tests/bench/table.h"

namespace {

using namespace billet::bench;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    const std::uint64_t number = value == nullptr ? 0 : std::strtoull(value, nullptr, 10);
    return number == 0 ? otherwise : number;
}

int run(const std::vector<std::string>& arguments) {
    const int seconds = static_cast<int>(setting("BENCH_SECONDS", 4));
    const std::string what = arguments.empty() ? "" : arguments[0];
    if (what == "floor" && arguments.size() == 2) serve_floor(arguments[1]);
    if (what == "rest" && arguments.size() == 3) {
        measure_rest(Site(arguments[1]), Site(arguments[2]), setting("BENCH_MESSAGES", 2'000'000), seconds);
    } else if (what == "sockets" && arguments.size() == 2) {
        measure_sockets(Site(arguments[1]), seconds);
    } else if (what == "fanout" && (arguments.size() == 2 || arguments.back() == "floor")) {
        measure_fanout(Site(arguments[1]), arguments.size() == 2 ? Rivalry::kAll : Rivalry::kFloor);
    } else {
        std::fprintf(stderr, "bench_load rest SMALL BIG | sockets RUN_DIR | fanout RUN_DIR [floor] | floor SOCKET\n");
        return 2;
    }
    std::printf("Targets: %s\n", verdicts().c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    return run({argv + 1, argv + argc});
}
