// tests/bench/opening.cpp — Handshake and hello.
#include "tests/bench/opening.h"

#include <filesystem>
#include <thread>

#include "tests/bench/table.h"
#include "tests/bench/usage.h"

namespace billet::bench {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kFilesOfAnIdleService = 250;

std::size_t open_files(const Site& site, const std::string& service) {
    std::size_t count = 0;
    for (const pid_t pid : site.pids(service)) {
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd"))
            ++count;
    }
    return count;
}

}  // namespace

Target straight(const Site& site) {
    return {.unix_path = site.socket("wsd-1")};
}

Target through_nginx(const Site& site) {
    return {.unix_path = {}, .port = site.port()};
}

std::string hello_of(const Account& account) {
    return R"({"type":"hello","payload":{"token":")" + account.token + R"("}})";
}

std::vector<std::string> hellos(const People& people, std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(hello_of(people.accounts[i % people.accounts.size()]));
    return texts;
}

Opened open_crowd(const Site& site, Crowd& crowd, const std::vector<std::string>& hellos) {
    const CpuWatch wsd(site.pids("wsd"));
    const CpuWatch all(site.all_pids());
    crowd.open(hellos);
    return {microseconds(wsd.used()), microseconds(all.used())};
}

void wait_until_empty(const Site& site, const std::string& service) {
    for (const auto deadline = Clock::now() + kPatience; open_files(site, service) > kFilesOfAnIdleService;) {
        if (Clock::now() > deadline) give_up(service + " does not close its sockets");
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

}  // namespace billet::bench
