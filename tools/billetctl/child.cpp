// tools/billetctl/child.cpp — posix_spawn with one pipe.
#include "tools/billetctl/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

extern char** environ;

namespace billet::ctl {
namespace {

Error failed(const std::string& what, int error) {
    return unavailable(what + ": " + std::strerror(error));
}

// What the child does between fork and exec.
class FileActions {
public:
    FileActions() { posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;

    void duplicate(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& argv, Pipe pipe, const Descriptor& keeps) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failed("pipe", errno);
    Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    const bool input = pipe == Pipe::kToItsInput;
    FileActions actions;
    actions.duplicate(input ? reader.get() : writer.get(), input ? STDIN_FILENO : STDOUT_FILENO);
    if (keeps) actions.duplicate(keeps.get(), keeps.get());  // takes its close-on-exec away
    std::vector<char*> arguments;
    for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, arguments[0], actions.get(), nullptr, arguments.data(), environ);
    if (error != 0) return failed("cannot start " + argv[0], error);
    return Child(argv[0], pid, input ? std::move(writer) : std::move(reader));
}

Child::Child(Child&& other) noexcept
    : name_(std::move(other.name_)), pid_(std::exchange(other.pid_, -1)), pipe_(std::move(other.pipe_)) {}

Child::~Child() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

Result<std::size_t> Child::read(std::span<char> into) {
    for (;;) {
        const ssize_t count = ::read(pipe_.get(), into.data(), into.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return failed("reading from " + name_, errno);
    }
}

Result<void> Child::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(pipe_.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(name_ + " takes no more", errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> Child::finish() {
    pipe_.reset();
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFSIGNALED(status)) return unavailable(name_ + " was ended by signal " + std::to_string(WTERMSIG(status)));
    return unavailable(name_ + " ended with status " + std::to_string(WEXITSTATUS(status)));
}

}  // namespace billet::ctl
