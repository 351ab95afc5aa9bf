// fcgi/listen.cpp — Making or inheriting a listening unix socket.
#include "fcgi/listen.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

}  // namespace

std::optional<int> inherited_listener() {
    if (socket_option(STDIN_FILENO, SO_ACCEPTCONN) != 1 || socket_option(STDIN_FILENO, SO_DOMAIN) != AF_UNIX)
        return std::nullopt;
    const int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (fd < 0) return std::nullopt;
    const int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    // Descriptor 0 must not become some connection by and by.
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        close(null);
    }
    return fd;
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
