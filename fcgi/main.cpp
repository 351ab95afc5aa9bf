// fcgi/main.cpp — billet-api: options, configuration, keys, then the daemon.
#include <cstdio>
#include <exception>

#include "fcgi/daemon.h"
#include "lib/base/config.h"
#include "lib/base/daemon_options.h"
#include "lib/base/log.h"
#include "lib/crypto/key_ring.h"

namespace {

using namespace billet;  // NOLINT(google-build-using-namespace): the program's own

constexpr const char* kProgram = "billet-api";

int run(const DaemonOptions& options) {
    const auto config = load_config(options.config_path, options.instance);
    if (!config) return fail_to_start(kProgram, config.error().detail);
    crypto::start_crypto();
    auto keys = fcgi::KeyFiles::read(*config);
    if (!keys) return fail_to_start(kProgram, keys.error().detail);
    if (options.check_only) return 0;

    start_log(config->log.level, "api-" + options.instance);
    const auto served = fcgi::run_daemon(*config, std::move(keys).value());
    if (!served) return fail_to_start(kProgram, served.error().detail);
    LogLine(LogLevel::kInfo, "stopped");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    int exit_code = 0;
    const auto options = read_daemon_options(kProgram, argc, argv, exit_code);
    if (!options) return exit_code;
    try {
        return run(*options);
    } catch (const std::exception& exception) {
        return fail_to_start(kProgram, exception.what());
    }
}
