// tests/support/own_daemon.h — A daemon of a test's own beside those of the stack: same database,
// same Redis, other options.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/stack.h"

namespace billet::tests {

class OwnDaemon {
public:
    // Starts `program` (billet-wsd or billet-api) as an instance that no other has, with settings
    // like "BILLET_LIMITS__SENDS_BURST=3", and waits until it listens. Its log joins those of the
    // stack.
    OwnDaemon(const std::string& program, const std::vector<std::string>& settings);
    // Kills it.
    ~OwnDaemon();
    OwnDaemon(const OwnDaemon&) = delete;
    OwnDaemon& operator=(const OwnDaemon&) = delete;

    pid_t pid() const { return pid_; }
    const std::string& instance() const { return instance_; }
    // Where clients connect to.
    const std::string& socket_path() const { return socket_path_; }
    // Of a billet-api: where billet-wsd connects to.
    std::string relay_path() const { return stack().run_dir + "/sock/api-" + instance_ + ".relay.sock"; }
    bool is_listening() const;
    void signal(int number) const;
    // Waits for its end; the exit code, -1 when a signal ended it, -2 when it goes on.
    int wait_for_end(int timeout_ms);

private:
    std::string instance_;
    std::string socket_path_;
    pid_t pid_ = 0;
};

// The value of a metric of a process of the stack ("wsd-1"), by the beginning of its line; 0 when
// there is no such line.
double metric_of(const std::string& process, const std::string& line_start);
// Resident memory of a process in KiB, as /proc tells.
long resident_kib(pid_t pid);

}  // namespace billet::tests
