// tests/bench/child.cpp — fork, exec, kill, wait.
#include "tests/bench/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <thread>

#include "tests/bench/table.h"

namespace billet::bench {
namespace {

constexpr int kSocketTries = 500;
constexpr std::chrono::milliseconds kTryEvery{20};

[[noreturn]] void become(const std::vector<std::string>& argv, const std::string& log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    std::vector<char*> raw;
    for (const std::string& arg : argv) raw.push_back(const_cast<char*>(arg.c_str()));
    raw.push_back(nullptr);
    execvp(raw[0], raw.data());
    _exit(127);
}

int connect_to(const sockaddr* address, socklen_t length) {
    const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, address, length) == 0) return fd;
    close(fd);
    return -1;
}

}  // namespace

Child::Child(const std::string& name, std::vector<std::string> argv) {
    const std::string log = scratch() + "/" + name + ".log";
    pid_ = fork();
    if (pid_ < 0) give_up("fork");
    if (pid_ == 0) become(argv, log);
}

Child::~Child() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Child::interrupt() {
    kill(pid_, SIGINT);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

std::string scratch() {
    const char* folder = std::getenv("BENCH_SCRATCH");
    return folder != nullptr ? folder : "/tmp";
}

int connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

int connect_loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

void wait_for_socket(const std::string& path) {
    for (int i = 0; i < kSocketTries; ++i) {
        const int fd = connect_unix(path);
        if (fd >= 0) {
            close(fd);
            return;
        }
        std::this_thread::sleep_for(kTryEvery);
    }
    give_up("nobody listens on " + path + "; the logs are in " + scratch());
}

}  // namespace billet::bench
