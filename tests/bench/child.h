// tests/bench/child.h — A program that runs beside the benchmark and ends with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace billet::bench {

class Child {
public:
    // Its output goes to BENCH_SCRATCH/NAME.log. Ends the process when it cannot be started.
    Child(const std::string& name, std::vector<std::string> argv);
    // SIGKILL if it still runs.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }
    // SIGINT, and waits for its end.
    void interrupt();

private:
    pid_t pid_ = -1;
};

// A folder for files of this run.
std::string scratch();
// Waits until a unix socket can be connected to.
void wait_for_socket(const std::string& path);
// A connection to a unix socket; -1: there is none.
int connect_unix(const std::string& path);
// … to a port of 127.0.0.1.
int connect_loopback(int port);

}  // namespace billet::bench
