// lib/base/daemon_options.cpp — Reading options with getopt_long.
#include "lib/base/daemon_options.h"

#include <getopt.h>

#include <cstdio>

namespace billet {

std::optional<DaemonOptions> read_daemon_options(const char* program, int argc, char** argv, int& exit_code) {
    static constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                          {"instance", required_argument, nullptr, 'i'},
                                          {"check-config", no_argument, nullptr, 'k'},
                                          {"version", no_argument, nullptr, 'v'},
                                          {nullptr, 0, nullptr, 0}};
    DaemonOptions options;
    bool wrong = false;
    bool version = false;
    for (int found = 0; (found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
        if (found == 'c') options.config_path = optarg;
        if (found == 'i') options.instance = optarg;
        if (found == 'k') options.check_only = true;
        if (found == 'v') version = true;
        if (found == '?') wrong = true;
    }
    exit_code = 0;
    if (version && !wrong) {
        std::printf("%s %s\n", program, BILLET_VERSION);
        return std::nullopt;
    }
    if (!wrong && optind == argc && !options.config_path.empty()) return options;
    std::fprintf(stderr, "usage: %s --config FILE [--instance N] [--check-config] | --version\n", program);
    exit_code = 2;
    return std::nullopt;
}

int fail_to_start(const char* program, const std::string& why) {
    std::fprintf(stderr, "%s: %s\n", program, why.c_str());
    return 1;
}

}  // namespace billet
