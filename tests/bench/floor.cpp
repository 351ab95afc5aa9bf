// tests/bench/floor.cpp — epoll for connections and the publisher; one send() per socket and frame.
#include "tests/bench/floor.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <vector>

#include "tests/bench/table.h"

namespace billet::bench {
namespace {

constexpr std::string_view kWelcome = "\x81\x12{\"type\":\"welcome\"}";

int listen_on(const std::string& path) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    unlink(path.c_str());
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 4096) != 0)
        give_up("cannot listen on " + path);
    return fd;
}

void watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int accept_on(int fd) {
    return accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// Publishers write a frame in one piece and wait for the byte: one read is one frame.
bool publish(int publisher, std::vector<int>& sockets) {
    std::array<char, 65536> frame{};
    const ssize_t size = recv(publisher, frame.data(), frame.size(), 0);
    if (size <= 0) return false;
    for (const int fd : sockets) ::send(fd, frame.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    return ::send(publisher, "!", 1, MSG_NOSIGNAL) == 1;
}

// A reader that has gone; readers never write.
void forget(std::vector<int>& sockets, int fd) {
    std::erase(sockets, fd);
    close(fd);
}

}  // namespace

void serve_floor(const std::string& path) {
    const int readers = listen_on(path);
    const int publishers = listen_on(path + ".publish");
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, readers);
    watch(epoll, publishers);
    std::vector<int> sockets;
    int publisher = -1;
    for (;;) {
        epoll_event event{};
        if (epoll_wait(epoll, &event, 1, -1) != 1) continue;
        const int fd = event.data.fd;
        if (fd == readers) {
            if (const int accepted = accept_on(fd); accepted >= 0) {
                ::send(accepted, kWelcome.data(), kWelcome.size(), MSG_NOSIGNAL);
                sockets.push_back(accepted);
                watch(epoll, accepted);
            }
        } else if (fd == publishers) {
            publisher = accept_on(fd);
            watch(epoll, publisher);
        } else if (fd == publisher) {
            if (!publish(fd, sockets)) close(fd);
        } else {
            forget(sockets, fd);
        }
    }
}

}  // namespace billet::bench
