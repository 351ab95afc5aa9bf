// tests/support/stack.cpp — Processes by pid files, people by REST.
#include "tests/support/stack.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "lib/base/text.h"
#include "tests/support/http.h"

namespace billet::tests {
namespace {

constexpr int kPollMs = 20;

std::string needed(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
        std::fprintf(stderr, "%s is not set: these tests run on a private stack; use `make check`\n", name);
        std::exit(2);
    }
    return value;
}

struct Pipe {
    std::array<int, 2> fd{-1, -1};

    Pipe() {
        if (pipe2(fd.data(), O_CLOEXEC) != 0) std::abort();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    void close_end(std::size_t end) {
        if (fd[end] >= 0) close(fd[end]);
        fd[end] = -1;
    }
};

[[noreturn]] void become(const std::vector<std::string>& argv, const Pipe& in, const Pipe& out) {
    dup2(in.fd[0], STDIN_FILENO);
    dup2(out.fd[1], STDOUT_FILENO);
    dup2(out.fd[1], STDERR_FILENO);
    std::vector<char*> raw;
    for (const std::string& arg : argv) raw.push_back(const_cast<char*>(arg.c_str()));
    raw.push_back(nullptr);
    execvp(raw[0], raw.data());
    _exit(127);
}

std::string read_all(int fd) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t got = read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

bool poll_until_200(Http& http, const std::string& path, int timeout_ms) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    while (std::chrono::steady_clock::now() < end) {
        if (http.send({.path = path, .token = {}, .body = {}, .headers = {}, .timeout_ms = 2000}).status == 200)
            return true;
        sleep_ms(kPollMs);
    }
    return false;
}

}  // namespace

const Stack& stack() {
    static const Stack kStack{needed("BILLET_BASE_URL"), needed("BILLET_RUN_DIR"), needed("BILLETCTL")};
    return kStack;
}

pid_t pid_of(const std::string& service) {
    std::ifstream file(stack().run_dir + "/pids/" + service + ".pid");
    pid_t pid = 0;
    file >> pid;
    return file ? pid : 0;
}

std::string metrics_base() {
    return "unix:" + stack().run_dir + "/sock/metrics.sock";
}

bool signal_service(const std::string& service, int signal_number) {
    const pid_t pid = pid_of(service);
    return pid > 1 && kill(pid, signal_number) == 0;
}

bool wait_for_new_pid(const std::string& service, pid_t old, int timeout_ms) {
    for (int waited = 0; waited < timeout_ms; waited += kPollMs) {
        const pid_t pid = pid_of(service);
        if (pid > 1 && pid != old && kill(pid, 0) == 0) return true;
        sleep_ms(kPollMs);
    }
    return false;
}

bool wait_until_serving(const std::string& service, int timeout_ms) {
    Http http(metrics_base());
    return poll_until_200(http, "/metrics/" + service, timeout_ms);
}

bool wait_until_ready(int timeout_ms) {
    Http http;
    return poll_until_200(http, "/readyz", timeout_ms);
}

Finished run(const std::vector<std::string>& argv, const std::string& input) {
    Pipe in;
    Pipe out;
    const pid_t child = fork();
    if (child < 0) return {};
    if (child == 0) become(argv, in, out);
    in.close_end(0);
    out.close_end(1);
    if (!input.empty() && write(in.fd[1], input.data(), input.size()) < 0) return {};
    in.close_end(1);
    Finished finished;
    finished.out = read_all(out.fd[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return finished;
}

Finished billetctl(const std::vector<std::string>& args, const std::string& input) {
    std::vector<std::string> argv{stack().billetctl, "--config", stack().run_dir + "/billet.toml"};
    argv.insert(argv.end(), args.begin(), args.end());
    return run(argv, input);
}

void sleep_ms(int ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

std::string fresh_name(const std::string& prefix) {
    return prefix + "-" + random_id().substr(0, 12);
}

Person new_person(const std::string& prefix) {
    Person person{.name = fresh_name(prefix), .password = "a good password", .id = 0, .token = {}, .refresh_token = {}};
    Http http;
    const HttpReply reply = http.post(
        "/auth/register", "",
        R"({"username":)" + json_string(person.name) + R"(,"password":)" + json_string(person.password) + "}");
    const wire::Json body = reply.json();
    person.id = number_of(member_of(body, "user"), "id");
    person.token = text_of(body, "access_token");
    person.refresh_token = text_of(body, "refresh_token");
    if (person.id == 0) std::fprintf(stderr, "registration answered %d %s\n", reply.status, reply.body.c_str());
    return person;
}

std::uint64_t room_of(const Person& one, const Person& other) {
    Http http;
    return http.post("/chat/rooms", one.token, R"({"other_user_id":)" + std::to_string(other.id) + "}").number("id");
}

}  // namespace billet::tests
