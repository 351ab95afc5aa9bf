// tests/support/own_daemon.cpp — fork, environment, exec.
#include "tests/support/own_daemon.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "lib/base/unix_socket.h"
#include "tests/support/http.h"
#include "tests/support/stack.h"

namespace billet::tests {
namespace {

constexpr int kPollMs = 20;
constexpr int kStartMs = 20000;

// Numbers that the stack's own instances do not have.
std::string next_instance() {
    static int last = 100;
    return std::to_string(++last);
}

[[noreturn]] void become(const std::string& path, const std::string& instance, const std::vector<std::string>& settings,
                         const std::string& log_path) {
    for (const std::string& setting : settings) putenv(const_cast<char*>(setting.c_str()));
    const std::string config = stack().run_dir + "/billet.toml";
    const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl(path.c_str(), path.c_str(), "--config", config.c_str(), "--instance", instance.c_str(), nullptr);
    _exit(127);
}

}  // namespace

OwnDaemon::OwnDaemon(const std::string& program, const std::vector<std::string>& settings)
    : instance_(next_instance()) {
    const std::string& tool = stack().billetctl;
    const std::string name = program.substr(program.find('-') + 1) + "-" + instance_;
    socket_path_ = stack().run_dir + "/sock/" + name + ".sock";
    const std::string path = tool.substr(0, tool.rfind('/') + 1) + program;
    const std::string log_path = stack().run_dir + "/log/" + name + ".log";
    pid_ = fork();
    if (pid_ == 0) become(path, instance_, settings, log_path);
    for (int waited = 0; waited < kStartMs && !is_listening(); waited += kPollMs) sleep_ms(kPollMs);
    if (!is_listening()) std::fprintf(stderr, "%s does not listen; see %s\n", program.c_str(), log_path.c_str());
}

OwnDaemon::~OwnDaemon() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

bool OwnDaemon::is_listening() const {
    return static_cast<bool>(connect_to(socket_path_));
}

void OwnDaemon::signal(int number) const {
    if (pid_ > 0) kill(pid_, number);
}

int OwnDaemon::wait_for_end(int timeout_ms) {
    for (int waited = 0; waited < timeout_ms && pid_ > 0; waited += kPollMs) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = 0;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        sleep_ms(kPollMs);
    }
    return -2;
}

double metric_of(const std::string& process, const std::string& line_start) {
    Http http(metrics_base());
    const std::string text = "\n" + http.get("/metrics/" + process).body;
    const std::size_t at = text.find("\n" + line_start + " ");
    return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + line_start.size() + 2, nullptr);
}

long resident_kib(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) return std::strtol(line.c_str() + 6, nullptr, 10);
    }
    return 0;
}

}  // namespace billet::tests
