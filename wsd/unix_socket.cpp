// wsd/unix_socket.cpp — The system calls.
#include "wsd/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace billet::wsd {
namespace {

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

}  // namespace

int Descriptor::release() {
    return std::exchange(fd_, -1);
}

void Descriptor::reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
}

Result<Descriptor> listen_at(const std::string& path, int backlog) {
    const auto address = address_of(path);
    if (!address) return unavailable("'" + path + "' is no usable path of a socket");
    Descriptor fd = new_socket();
    if (!fd) return failed(path, "socket");
    unlink(path.c_str());
    const mode_t old_mask = umask(0117);
    const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
    umask(old_mask);
    if (bound != 0) return failed(path, "bind");
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
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) return Descriptor{};
    return fd;
}

}  // namespace billet::wsd
