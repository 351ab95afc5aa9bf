// tests/bench/main.cpp — bench_load: measures running stacks and prints tables. tests/bench/run.sh
// and against.sh start it.
//
//   bench_load rest SMALL_RUN_DIR BIG_RUN_DIR     BENCH_MESSAGES=2000000 BENCH_SECONDS=4
//   bench_load sockets RUN_DIR
//   bench_load fanout RUN_DIR [floor]             all servers, or only billet-wsd and the floor
//   bench_load floor SOCKET                       the server that the fan-out is compared with
//
// For tests/bench/against.sh:
//   bench_load populate RUN_DIR FILE              BENCH_MESSAGES=64000
//   bench_load units                              their names, a line each
//   bench_load unit NAME RUN_DIR FILE             BENCH_SECONDS=3; prints a line ROW VALUE for each
//   number bench_load compare RESULTS REF_NAME           BENCH_TARGETS="ROW=RATIO …"
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/compare.h"
#include "tests/bench/fanout.h"
#include "tests/bench/floor.h"
#include "tests/bench/population.h"
#include "tests/bench/rest.h"
#include "tests/bench/sockets.h"
#include "tests/bench/table.h"
#include "tests/bench/units.h"

namespace {

using namespace billet::bench;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    const std::uint64_t number = value == nullptr ? 0 : std::strtoull(value, nullptr, 10);
    return number == 0 ? otherwise : number;
}

int seconds() {
    return static_cast<int>(setting("BENCH_SECONDS", 4));
}

void populate(const std::string& run_dir, const std::string& path) {
    write_population(make_population(Site(run_dir), setting("BENCH_MESSAGES", 64'000)), path);
}

void print_units() {
    for (const Unit& unit : units()) std::printf("%s\n", unit.key.c_str());
}

void measure_unit(const std::string& name, const std::string& run_dir, const std::string& path) {
    const Unit& unit = unit_named(name);
    const std::vector<double> numbers = unit.measure(Site(run_dir), read_population(path), seconds());
    for (std::size_t i = 0; i < unit.rows.size(); ++i) std::printf("%s %.9g\n", unit.rows[i].key.c_str(), numbers[i]);
}

// All that `make bench` prints.
bool run_table(const std::vector<std::string>& arguments) {
    const std::string& what = arguments[0];
    if (what == "rest" && arguments.size() == 3) {
        measure_rest(Site(arguments[1]), Site(arguments[2]), setting("BENCH_MESSAGES", 2'000'000), seconds());
    } else if (what == "sockets" && arguments.size() == 2) {
        measure_sockets(Site(arguments[1]), seconds());
    } else if (what == "fanout" && (arguments.size() == 2 || arguments.back() == "floor")) {
        measure_fanout(Site(arguments[1]), arguments.size() == 2 ? Rivalry::kAll : Rivalry::kFloor);
    } else {
        return false;
    }
    std::printf("Targets: %s\n", verdicts().c_str());
    return true;
}

int run(const std::vector<std::string>& arguments) {
    const std::string what = arguments.empty() ? "" : arguments[0];
    if (what == "floor" && arguments.size() == 2) serve_floor(arguments[1]);
    if (what == "populate" && arguments.size() == 3) {
        populate(arguments[1], arguments[2]);
    } else if (what == "units") {
        print_units();
    } else if (what == "unit" && arguments.size() == 4) {
        measure_unit(arguments[1], arguments[2], arguments[3]);
    } else if (what == "compare" && arguments.size() == 3) {
        const char* targets = std::getenv("BENCH_TARGETS");
        return print_comparison(arguments[1], arguments[2], targets != nullptr ? targets : "") ? 0 : 1;
    } else if (arguments.empty() || !run_table(arguments)) {
        std::fprintf(stderr, "bench_load: see the first lines of tests/bench/main.cpp\n");
        return 2;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    return run({argv + 1, argv + argc});
}
