// tests/support/raw_socket.cpp — One TCP connection to loopback.
#include "tests/support/raw_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "tests/support/stack.h"

namespace billet::tests {
namespace {

int connect_to_stack() {
    const std::string& url = stack().base_url;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str())));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

std::string read_until_silent(int fd, int timeout_ms) {
    std::string got;
    std::array<char, 4096> buffer{};
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    while (poll(&readable, 1, timeout_ms) > 0) {
        const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
        if (count <= 0) break;
        got.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return got;
}

}  // namespace

std::string exchange(const std::string& bytes, int timeout_ms, bool half_close) {
    const int fd = connect_to_stack();
    if (fd < 0) return {};
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
    }
    if (half_close) shutdown(fd, SHUT_WR);
    std::string got = read_until_silent(fd, timeout_ms);
    close(fd);
    return got;
}

int status_in(const std::string& bytes) {
    if (!bytes.starts_with("HTTP/") || bytes.size() < 12) return 0;
    return std::atoi(bytes.substr(9, 3).c_str());
}

}  // namespace billet::tests
