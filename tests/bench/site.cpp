// tests/bench/site.cpp — By RUN_DIR/port, RUN_DIR/pids and RUN_DIR/sock.
#include "tests/bench/site.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/bench/child.h"
#include "tests/bench/table.h"
#include "tests/bench/usage.h"

namespace billet::bench {
namespace {

constexpr int kInstancesMax = 99;
constexpr int kRestartTries = 1000;
constexpr std::chrono::milliseconds kTryEvery{20};
constexpr std::chrono::seconds kSettle{1};  // until the bus is up and the first heads are compared

pid_t pid_in(const std::string& path) {
    std::ifstream file(path);
    pid_t pid = 0;
    file >> pid;
    return file ? pid : 0;
}

}  // namespace

Site::Site(std::string run_dir) : run_dir_(std::move(run_dir)) {
    std::ifstream file(run_dir_ + "/port");
    if (!(file >> port_)) give_up("no stack runs in " + run_dir_);
    base_url_ = "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<pid_t> Site::running(const std::string& service) const {
    const std::string start = run_dir_ + "/pids/" + service;
    if (const pid_t single = pid_in(start + ".pid"); single > 0) return with_children(single);
    std::vector<pid_t> all;
    for (int i = 1; i <= kInstancesMax; ++i) {
        const pid_t pid = pid_in(start + "-" + std::to_string(i) + ".pid");
        if (pid == 0) break;
        all.push_back(pid);
    }
    return all;
}

std::vector<pid_t> Site::pids(const std::string& service) const {
    std::vector<pid_t> all = running(service);
    if (all.empty()) give_up("no process of " + service + " runs in " + run_dir_);
    return all;
}

std::vector<pid_t> Site::all_pids() const {
    std::vector<pid_t> all;
    for (const char* service : {"api", "nginx", "mariadb", "redis", "wsd"}) {
        const auto some = pids(service);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

void Site::restart_wsd() const {
    restart("wsd", [this] { return connect_unix(socket("wsd-1")); });
}

void Site::restart_nginx() const {
    restart("nginx", [this] { return connect_loopback(port_); });
}

// The supervisor starts it again at once; the old socket is gone when the old process is.
void Site::restart(const std::string& service, const std::function<int()>& connect) const {
    const pid_t old = pids(service).front();
    kill(old, SIGTERM);
    for (int i = 0; i < kRestartTries; ++i) {
        std::this_thread::sleep_for(kTryEvery);
        const std::vector<pid_t> now = running(service);
        const int fd = now.empty() || now.front() == old ? -1 : connect();
        if (fd < 0) continue;
        close(fd);
        std::this_thread::sleep_for(kSettle);
        return;
    }
    give_up(service + " did not come back");
}

}  // namespace billet::bench
