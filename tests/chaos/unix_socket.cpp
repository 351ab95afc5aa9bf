// tests/chaos/unix_socket.cpp — The usual calls.
#include "tests/chaos/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace billet::chaos {
namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

template <typename Call>
int open_unix(const std::string& path, Call call) {
    const sockaddr_un address = address_of(path);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && call(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

}  // namespace

int connect_unix(const std::string& path) {
    return open_unix(path, [](int fd, const sockaddr* address, socklen_t size) { return connect(fd, address, size); });
}

int listen_unix(const std::string& path) {
    unlink(path.c_str());
    return open_unix(path, [](int fd, const sockaddr* address, socklen_t size) {
        return bind(fd, address, size) == 0 ? listen(fd, SOMAXCONN) : -1;
    });
}

bool answers_unix(const std::string& path) {
    const int fd = connect_unix(path);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

}  // namespace billet::chaos
