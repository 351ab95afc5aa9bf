// wsd/main.cpp — billet-wsd: options, limits of the process, the loop.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>

#include "lib/base/config.h"
#include "lib/base/daemon_options.h"
#include "lib/base/log.h"
#include "wsd/daemon.h"

namespace {

using namespace billet;  // NOLINT(google-build-using-namespace): the program's own

// For the bus, the relay, the listening sockets, metrics and the library.
constexpr std::size_t kOtherFiles = 512;

constexpr const char* kProgram = "billet-wsd";

int fail(const std::string& why) {
    return fail_to_start(kProgram, why);
}

// Sets the limit of open files to what connections_max needs, as far as the hard limit allows, and
// gives the number of connections that fit.
// The library's tables are as long as the limit, so it is not set higher than needed.
std::size_t fit_files(std::size_t connections_max) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections_max;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, connections_max + kOtherFiles);
    setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t files = std::max<std::size_t>(limit.rlim_cur, kOtherFiles + 1);
    return std::min(connections_max, files - kOtherFiles);
}

int run(const DaemonOptions& options) {
    const auto config = load_config(options.config_path, options.instance);
    if (!config) return fail(config.error().detail);
    crypto::start_crypto();
    auto sealer = crypto::NoticeSealer::from_file(config->keys.bus_file);
    if (!sealer) return fail(sealer.error().detail);
    if (options.check_only) return 0;

    start_log(config->log.level, "wsd-" + options.instance);
    std::signal(SIGPIPE, SIG_IGN);
    const std::size_t connections_max = fit_files(config->wsd.connections_max);
    if (connections_max < config->wsd.connections_max) {
        LogLine(LogLevel::kWarning, "few_files")
            .with("connections_max", std::uint64_t{connections_max})
            .with("advice", "raise LimitNOFILE");
    }
    event::Loop* loop = ev_default_loop(EVFLAG_AUTO);
    if (loop == nullptr) return fail("libev does not start");
    wsd::Daemon daemon(loop, *config, *sealer);
    if (const auto started = daemon.start(connections_max); !started) return fail(started.error().detail);
    ev_run(loop, 0);
    LogLine(LogLevel::kInfo, "stopped");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    int exit_code = 0;
    const auto options = read_daemon_options(kProgram, argc, argv, exit_code);
    return options ? run(*options) : exit_code;
}
