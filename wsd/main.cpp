// wsd/main.cpp — billet-wsd: options, limits of the process, the loop.
#include <getopt.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

#include "lib/base/config.h"
#include "lib/base/log.h"
#include "wsd/daemon.h"

namespace {

using namespace billet;  // NOLINT(google-build-using-namespace): the program's own

// For the bus, the relay, the listening sockets, metrics and the library.
constexpr std::size_t kOtherFiles = 512;

struct Options {
    std::string config;
    std::string instance = "1";
    bool check_only = false;
    bool version = false;
    bool wrong = false;
};

Options read_options(int argc, char** argv) {
    static constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                          {"instance", required_argument, nullptr, 'i'},
                                          {"check-config", no_argument, nullptr, 'k'},
                                          {"version", no_argument, nullptr, 'v'},
                                          {nullptr, 0, nullptr, 0}};
    Options options;
    for (int found = 0; (found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
        if (found == 'c') options.config = optarg;
        if (found == 'i') options.instance = optarg;
        if (found == 'k') options.check_only = true;
        if (found == 'v') options.version = true;
        if (found == '?') options.wrong = true;
    }
    options.wrong = options.wrong || optind != argc || (options.config.empty() && !options.version);
    return options;
}

int fail(const std::string& why) {
    std::fprintf(stderr, "billet-wsd: %s\n", why.c_str());
    return 1;
}

// Sets the limit of open files to what connections_max needs, as far as the hard limit allows, and gives the number of connections that fit.
// The library's tables are as long as the limit, so it is not set higher than needed.
std::size_t fit_files(std::size_t connections_max) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections_max;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, connections_max + kOtherFiles);
    setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t files = std::max<std::size_t>(limit.rlim_cur, kOtherFiles + 1);
    return std::min(connections_max, files - kOtherFiles);
}

int run(const Options& options) {
    const auto config = load_config(options.config, options.instance);
    if (!config) return fail(config.error().detail);
    crypto::start_crypto();
    auto sealer = crypto::NoticeSealer::from_file(config->keys.bus_file);
    if (!sealer) return fail(sealer.error().detail);
    if (options.check_only) return 0;

    start_log(config->log.level, "wsd-" + options.instance);
    std::signal(SIGPIPE, SIG_IGN);
    const std::size_t connections_max = fit_files(config->wsd.connections_max);
    if (connections_max < config->wsd.connections_max) {
        LogLine(LogLevel::kWarning, "few_files").with("connections_max", std::uint64_t{connections_max}).with("advice", "raise LimitNOFILE");
    }
    wsd::Loop* loop = ev_default_loop(EVFLAG_AUTO);
    if (loop == nullptr) return fail("libev does not start");
    wsd::Daemon daemon(loop, *config, *sealer);
    if (const auto started = daemon.start(connections_max); !started) return fail(started.error().detail);
    ev_run(loop, 0);
    LogLine(LogLevel::kInfo, "stopped");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = read_options(argc, argv);
    if (options.wrong) {
        std::fprintf(stderr, "usage: billet-wsd --config FILE [--instance N] [--check-config] | --version\n");
        return 2;
    }
    if (options.version) {
        std::printf("billet-wsd %s\n", BILLET_VERSION);
        return 0;
    }
    return run(options);
}
