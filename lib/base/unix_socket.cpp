// lib/base/unix_socket.cpp — The system calls.
#include "lib/base/unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

namespace billet {
namespace {

// Whoever binds holds the folder's lock for microseconds.
constexpr std::chrono::seconds kLockWait{5};
constexpr std::chrono::milliseconds kLockPoll{5};

std::optional<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
    path.copy(address.sun_path, path.size());
    return address;
}

Error failed(const std::string& path, const char* what) {
    return unavailable(path + ": " + what + ": " + std::strerror(errno));
}

Descriptor new_socket() {
    return Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// POSIX's one type for all addresses.
const sockaddr* as_sockaddr(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

bool bind_0660(int fd, const sockaddr_un& address) {
    const mode_t before = umask(0117);
    const int outcome = bind(fd, as_sockaddr(address), sizeof address);
    const int error = errno;
    umask(before);
    errno = error;
    return outcome == 0;
}

// The folder's lock: one process at a time looks at what lies in it and puts its own in the place.
// Given back with the descriptor, and by the kernel when the process dies. On the folder and not on
// a file beside the socket: nothing is left behind, and no former owner of such a file is in the
// way.
Result<Descriptor> lock_folder_of(const std::string& path) {
    std::string folder = std::filesystem::path(path).parent_path();
    if (folder.empty()) folder = ".";
    Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return failed(folder, "open");
    const auto deadline = std::chrono::steady_clock::now() + kLockWait;
    while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return failed(folder, "flock");
        if (std::chrono::steady_clock::now() > deadline) return unavailable(folder + ": somebody holds its lock");
        std::this_thread::sleep_for(kLockPoll);
    }
    return fd;
}

// Takes away a socket file that nobody listens on. Only a refused connection proves that: a full
// backlog is a living listener's.
Result<void> clear_stale(const std::string& path) {
    struct stat file {};
    if (lstat(path.c_str(), &file) != 0) return failed(path, "lstat");
    if (!S_ISSOCK(file.st_mode)) return unavailable(path + ": what lies there is no socket");
    if (connect_to(path)) return unavailable(path + ": another process listens there");
    if (errno == EAGAIN) return unavailable(path + ": another process listens there, and its backlog is full");
    if (errno != ECONNREFUSED) return failed(path, "connect");
    if (unlink(path.c_str()) != 0) return failed(path, "unlink");
    return {};
}

}  // namespace

Result<Descriptor> listen_at(const std::string& path, int backlog) {
    const auto address = address_of(path);
    if (!address) {
        return make_error(Code::kInvalidArgument, "'" + path + "': a socket path must have 1 to " +
                                                      std::to_string(sizeof address->sun_path - 1) + " bytes");
    }
    Descriptor fd = new_socket();
    if (!fd) return failed(path, "socket");
    // Until it listens: what is bound and does not listen yet looks like what a dead process left.
    const auto lock = lock_folder_of(path);
    if (!lock) return lock.error();
    bool bound = bind_0660(fd.get(), *address);
    if (!bound && errno == EADDRINUSE) {
        const Result<void> cleared = clear_stale(path);
        if (!cleared) return cleared.error();
        bound = bind_0660(fd.get(), *address);
    }
    if (!bound) return failed(path, "bind");
    if (listen(fd.get(), backlog) != 0) return failed(path, "listen");
    return fd;
}

Descriptor accept_from(int listen_fd) {
    return Descriptor(accept4(listen_fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

Descriptor connect_to(const std::string& path) {
    const auto address = address_of(path);
    Descriptor fd = new_socket();
    if (!address || !fd) return Descriptor{};
    if (connect(fd.get(), as_sockaddr(*address), sizeof *address) == 0) return fd;
    const int error = errno;
    fd.reset();
    errno = error;
    return Descriptor{};
}

}  // namespace billet
