// fcgi/listen.cpp — Making or inheriting a listening unix socket.
#include "fcgi/listen.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "lib/base/text.h"

namespace billet::fcgi {
namespace {

Error system_error(const std::string& what, const std::string& path) {
    return unavailable(path + ": " + what + ": " + std::strerror(errno));
}

int socket_option(int fd, int option) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

int new_socket() {
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
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

// True iff a socket file lies there and nobody listens on it.
bool is_stale(const sockaddr_un& address) {
    struct stat file {};
    if (lstat(address.sun_path, &file) != 0 || !S_ISSOCK(file.st_mode)) return false;
    const int probe = new_socket();
    if (probe < 0) return false;
    const bool refused = connect(probe, as_sockaddr(address), sizeof address) != 0 && errno == ECONNREFUSED;
    close(probe);
    return refused;
}

std::string taken_from_environment(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    unsetenv(name);
    return text;
}

constexpr int kFirstInherited = 3;
constexpr std::uint64_t kInheritedMax = 16;

Result<Listener> inherited(int fd, std::string_view name) {
    if (name != "api" && name != "relay")
        return make_error(Code::kInvalidArgument, "a socket that was handed over is named '" + std::string(name) +
                                                      "', and neither api nor relay");
    if (socket_option(fd, SO_ACCEPTCONN) != 1 || socket_option(fd, SO_DOMAIN) != AF_UNIX)
        return make_error(Code::kInvalidArgument,
                          "what was handed over as '" + std::string(name) + "' is no listening unix socket");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return Listener{.fd = fd, .peer = name == "relay" ? Peer::kWsd : Peer::kNginx, .shared = true};
}

}  // namespace

Result<std::vector<Listener>> inherited_listeners() {
    std::vector<Listener> listeners;
    const std::string count_text = taken_from_environment("LISTEN_FDS");
    const std::string names_text = taken_from_environment("LISTEN_FDNAMES");
    if (taken_from_environment("LISTEN_PID") != std::to_string(getpid()))
        return listeners;  // meant for another process
    const std::uint64_t count = parse_number(count_text, kInheritedMax).value_or(0);
    const auto names = split(names_text, ':');
    for (std::size_t i = 0; i < count; ++i) {
        auto listener = inherited(kFirstInherited + static_cast<int>(i), i < names.size() ? names[i] : "");
        if (!listener) return std::move(listener).error();
        listeners.push_back(*listener);
    }
    return listeners;
}

Result<int> listen_at(const std::string& path, int backlog) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return make_error(Code::kInvalidArgument, path + ": a socket path must have 1 to " +
                                                      std::to_string(sizeof address.sun_path - 1) + " bytes");
    }
    std::memcpy(address.sun_path, path.data(), path.size());

    const int fd = new_socket();
    if (fd < 0) return system_error("socket", path);
    bool bound = bind_0660(fd, address);
    if (!bound && errno == EADDRINUSE && is_stale(address) && unlink(path.c_str()) == 0) bound = bind_0660(fd, address);
    if (!bound || listen(fd, backlog) != 0) {
        Error error = system_error(bound ? "listen" : "bind", path);
        close(fd);
        return error;
    }
    return fd;
}

}  // namespace billet::fcgi
