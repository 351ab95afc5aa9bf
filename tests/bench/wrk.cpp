// tests/bench/wrk.cpp — Starts wrk, reads its last line.
#include "tests/bench/wrk.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/bench/table.h"
#include "tests/bench/usage.h"
#include "tests/support/stack.h"

namespace billet::bench {
namespace {

constexpr const char* kServices[] = {"api", "nginx", "mariadb", "redis", "wsd"};

std::string write_requests(const std::vector<Request>& requests) {
    static const std::string path =
        std::string(std::getenv("BENCH_SCRATCH") != nullptr ? std::getenv("BENCH_SCRATCH") : "/tmp") + "/requests-" +
        std::to_string(getpid());
    std::ofstream file(path);
    for (const Request& request : requests) file << request.token << ' ' << request.path << '\n';
    setenv("BENCH_REQUESTS", path.c_str(), 1);
    return path;
}

std::string script() {
    const char* folder = std::getenv("BENCH_DIR");
    return std::string(folder != nullptr ? folder : "tests/bench") + "/wrk.lua";
}

}  // namespace

double Load::cpu_us_each() const {
    double all = 0;
    for (const auto& [service, time] : cpu_us) all += time;
    return all / static_cast<double>(requests);
}

double Load::cpu_us_each(const std::string& service) const {
    const auto found = cpu_us.find(service);
    return found == cpu_us.end() ? 0 : found->second / static_cast<double>(requests);
}

Load load(const Site& site, const std::vector<Request>& requests, int clients, int seconds) {
    const std::string file = write_requests(requests);
    std::map<std::string, CpuWatch> watches;
    for (const char* service : kServices) watches.emplace(service, CpuWatch(site.pids(service)));
    const auto done = tests::run({"wrk", "-t1", "-c" + std::to_string(clients), "-d" + std::to_string(seconds) + "s",
                                  "--timeout", "10s", "-s", script(), site.base_url()});
    Load load;
    for (const auto& [service, watch] : watches) load.cpu_us[service] = microseconds(watch.used());
    std::remove(file.c_str());
    const std::size_t line = done.out.rfind("\nWRK ");
    unsigned long requests_done = 0;
    unsigned long errors = 0;
    unsigned long p50 = 0;
    unsigned long p99 = 0;
    if (line == std::string::npos ||
        std::sscanf(done.out.c_str() + line, "\nWRK %lu %lu %*u %lu %lu", &requests_done, &errors, &p50, &p99) != 4 ||
        errors > 0 || requests_done == 0)
        give_up("wrk on " + requests.front().path + ": " + done.out);
    load.requests = requests_done;
    load.p50_ms = static_cast<double>(p50) / 1000.0;
    load.p99_ms = static_cast<double>(p99) / 1000.0;
    return load;
}

}  // namespace billet::bench
