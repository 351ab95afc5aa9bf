// tests/bench/usage.h — What processes have used: CPU time and memory, read from /proc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace billet::bench {

using std::chrono::nanoseconds;

// CPU time by thread, as the scheduler counts it. Threads of the kernel (softirq, disk) are
// nobody's.
using ThreadTimes = std::map<pid_t, nanoseconds>;

// All threads of the processes. A process that is gone has none.
ThreadTimes thread_times(const std::vector<pid_t>& pids);
// What the threads used between the two; those that ended meanwhile count nothing.
nanoseconds used_between(const ThreadTimes& before, const ThreadTimes& after);

// Memory of their own (anonymous and resident), bytes.
std::uint64_t own_memory(const std::vector<pid_t>& pids);

// The process and its children (of which nginx has its workers).
std::vector<pid_t> with_children(pid_t pid);

// Both measure from their making on.
class CpuWatch {
public:
    explicit CpuWatch(std::vector<pid_t> pids) : pids_(std::move(pids)), before_(thread_times(pids_)) {}
    nanoseconds used() const { return used_between(before_, thread_times(pids_)); }

private:
    std::vector<pid_t> pids_;
    ThreadTimes before_;
};

class MemoryWatch {
public:
    explicit MemoryWatch(std::vector<pid_t> pids) : pids_(std::move(pids)), before_(own_memory(pids_)) {}
    // Bytes; negative when they gave some back.
    double grown() const { return static_cast<double>(own_memory(pids_)) - static_cast<double>(before_); }

private:
    std::vector<pid_t> pids_;
    std::uint64_t before_ = 0;
};

double microseconds(nanoseconds time);

}  // namespace billet::bench
