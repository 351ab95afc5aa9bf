// tests/bench/usage.cpp — /proc/PID/task/*/schedstat for time (nanoseconds, where stat has ticks),
// /proc/PID/status for memory.
#include "tests/bench/usage.h"

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace billet::bench {
namespace {

namespace fs = std::filesystem;

fs::path proc(pid_t pid) {
    return fs::path("/proc") / std::to_string(pid);
}

void add_threads(ThreadTimes& times, pid_t pid) {
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator(proc(pid) / "task", gone)) {
        std::ifstream file(entry.path() / "schedstat");
        std::int64_t on_cpu = 0;
        if (file >> on_cpu) times[std::stoi(entry.path().filename())] = nanoseconds{on_cpu};
    }
}

// A number of kB from /proc/PID/status.
std::uint64_t status_bytes(pid_t pid, const std::string& field) {
    std::ifstream file(proc(pid) / "status");
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with(field + ":")) return std::stoull(line.substr(field.size() + 1)) * 1024;
    }
    return 0;
}

}  // namespace

ThreadTimes thread_times(const std::vector<pid_t>& pids) {
    ThreadTimes times;
    for (const pid_t pid : pids) add_threads(times, pid);
    return times;
}

nanoseconds used_between(const ThreadTimes& before, const ThreadTimes& after) {
    nanoseconds used{0};
    for (const auto& [thread, time] : after) {
        const auto old = before.find(thread);
        used += old == before.end() ? time : time - old->second;
    }
    return used;
}

std::uint64_t own_memory(const std::vector<pid_t>& pids) {
    std::uint64_t bytes = 0;
    for (const pid_t pid : pids) bytes += status_bytes(pid, "RssAnon");
    return bytes;
}

std::vector<pid_t> with_children(pid_t pid) {
    std::vector<pid_t> pids{pid};
    std::ifstream file(proc(pid) / "task" / std::to_string(pid) / "children");
    for (pid_t child = 0; file >> child;) pids.push_back(child);
    return pids;
}

double microseconds(nanoseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

}  // namespace billet::bench
