// lib/base/daemon_options.h — The command line that all daemons share.
#pragma once

#include <optional>
#include <string>

namespace billet {

struct DaemonOptions {
    std::string config_path;
    std::string instance = "1";  // replaces {instance} in paths; a word in the log
    bool check_only = false;     // read configuration and keys, then end
};

// `--config FILE [--instance N] [--check-config]`. nullopt: the process ends with `exit_code`, and
// what there was to say (the version, or how to use `program`) has been printed.
std::optional<DaemonOptions> read_daemon_options(const char* program, int argc, char** argv, int& exit_code);

// Prints "program: why" on stderr; the exit code of a daemon that does not start.
int fail_to_start(const char* program, const std::string& why);

}  // namespace billet
