// tests/chaos/injector.cpp — A thread for each fault that is going on.
#include "tests/chaos/injector.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "lib/base/unix_socket.h"
#include "tests/faults/fault_file.h"
#include "tests/support/raw_socket.h"
#include "tests/support/stack.h"

namespace billet::chaos {
namespace {

// Of a service on a busy machine, MariaDB's recovery included; alone it takes 1 to 3 s.
constexpr int kBackMs = 30000;
constexpr int kPollMs = 20;

}  // namespace

bool can_abort() {
    return std::getenv(tests::kFaultFilesVariable) != nullptr;
}

void Injector::carry_out(const std::vector<Fault>& plan) {
    const std::int64_t began = now_ms();
    std::vector<std::jthread> going_on;
    for (const Fault& fault : plan) {
        tests::sleep_ms(fault.after_ms);
        std::printf("%6.1f s  %s %s", static_cast<double>(now_ms() - began) / 1000, name_of(fault.kind),
                    fault.target.c_str());
        const bool lasts = fault.kind == FaultKind::kFreeze || fault.kind >= FaultKind::kHoldReplies;
        if (lasts) std::printf(" for %d ms", fault.lasts_ms);
        if (fault.kind == FaultKind::kAbort) std::printf(" %s", tests::name_of(fault.point));
        std::printf("\n");
        std::fflush(stdout);
        going_on.emplace_back([this, fault] { one(fault); });
    }
    going_on.clear();
    for (const char* service : kServices) wait_until_back(service, 0, now_ms());
}

void Injector::one(const Fault& fault) {
    switch (fault.kind) {
        case FaultKind::kKill: return end_process(fault, SIGKILL);
        case FaultKind::kTerminate: return end_process(fault, SIGTERM);
        case FaultKind::kFreeze: return freeze(fault);
        case FaultKind::kPowerCut: return power_cut();
        case FaultKind::kAbort: return abort(fault.point);
        case FaultKind::kHoldReplies:
        case FaultKind::kLoseNotices:
        case FaultKind::kRepeatNotices:
        case FaultKind::kReorderNotices:
        case FaultKind::kCutReplies: break;
    }
    redis_.disturb(fault);
    ++done_.at(static_cast<std::size_t>(fault.kind));
    if (fault.kind != FaultKind::kCutReplies) tests::sleep_ms(fault.lasts_ms);
}

void Injector::end_process(const Fault& fault, int signal_number) {
    const std::int64_t began = now_ms();
    const pid_t pid = tests::pid_of(fault.target);
    if (pid <= 1 || kill(pid, signal_number) != 0) return;
    ++done_.at(static_cast<std::size_t>(fault.kind));
    wait_until_back(fault.target, pid, began);
}

void Injector::power_cut() {
    const std::int64_t began = now_ms();
    std::map<std::string, pid_t> killed;
    for (const char* service : kServices) {
        const pid_t pid = tests::pid_of(service);
        if (pid > 1 && kill(pid, SIGKILL) == 0) killed[service] = pid;
    }
    ++done_.at(static_cast<std::size_t>(FaultKind::kPowerCut));
    for (const auto& [service, pid] : killed) wait_until_back(service, pid, began);
}

// The whole process group: of nginx it is the workers that matter.
void Injector::freeze(const Fault& fault) {
    const pid_t pid = tests::pid_of(fault.target);
    if (pid <= 1 || getpgid(pid) != pid || kill(-pid, SIGSTOP) != 0) return;
    ++done_.at(static_cast<std::size_t>(fault.kind));
    tests::sleep_ms(fault.lasts_ms);
    kill(-pid, SIGCONT);
}

void Injector::abort(FaultPoint point) {
    const std::string file = tests::fault_file(point);
    std::ofstream(file) << '\n';
    for (const std::int64_t end = now_ms() + kBackMs; access(file.c_str(), F_OK) == 0; tests::sleep_ms(kPollMs)) {
        if (now_ms() < end) continue;
        unlink(file.c_str());
        return journal_.broken(Promise::kEverythingSettles, std::string("nothing came to ") + tests::name_of(point) +
                                                                " for 30 s: the fault had no victim");
    }
    ++done_.at(static_cast<std::size_t>(FaultKind::kAbort));
}

bool Injector::listens(const std::string& service) const {
    if (service == "nginx") return !tests::exchange("GET /healthz HTTP/1.0\r\n\r\n", 1000, false).empty();
    if (service == "redis") return static_cast<bool>(connect_to(redis_.redis_path()));
    return static_cast<bool>(connect_to(tests::stack().run_dir + "/sock/" + service + ".sock"));
}

void Injector::wait_until_back(const std::string& service, pid_t old, std::int64_t since_ms) {
    for (; now_ms() < since_ms + kBackMs; tests::sleep_ms(kPollMs)) {
        const pid_t pid = tests::pid_of(service);
        if (pid <= 1 || pid == old || kill(pid, 0) != 0 || !listens(service)) continue;
        if (old != 0) journal_.back_after(service, now_ms() - since_ms);
        return;
    }
    journal_.broken(Promise::kServiceBack, service + " is not back after 30 s");
}

}  // namespace billet::chaos
