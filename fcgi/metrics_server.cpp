// fcgi/metrics_server.cpp — Accept, read a head, answer, close.
#include "fcgi/metrics_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include "lib/base/metrics_http.h"

namespace billet::fcgi {
namespace {

constexpr timeval kClientTime{.tv_sec = 2, .tv_usec = 0};
constexpr std::chrono::seconds kHeadTime{2};

// The head, or nothing when the client is too slow, too long or gone.
std::string read_head(int fd) {
    const auto deadline = std::chrono::steady_clock::now() + kHeadTime;
    std::string head;
    std::array<char, 1024> piece{};
    while (head.size() < metrics::kRequestHeadMax && std::chrono::steady_clock::now() < deadline) {
        const ssize_t count = recv(fd, piece.data(), piece.size(), 0);
        if (count <= 0) return {};
        head.append(piece.data(), static_cast<std::size_t>(count));
        if (metrics::has_whole_head(head)) return head;
    }
    return {};
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void serve_client(int fd) {
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kClientTime, sizeof kClientTime);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &kClientTime, sizeof kClientTime);
    const std::string head = read_head(fd);
    if (!head.empty()) write_all(fd, metrics::http_answer(head));
}

}  // namespace

MetricsServer::MetricsServer(int listen_fd) : listen_fd_(listen_fd), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

MetricsServer::~MetricsServer() {
    thread_.request_stop();
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
    thread_.join();
    close(listen_fd_);
    close(wake_fd_);
}

void MetricsServer::run(const std::stop_token& stop) const {
    std::array<pollfd, 2> watched{pollfd{listen_fd_, POLLIN, 0}, pollfd{wake_fd_, POLLIN, 0}};
    while (!stop.stop_requested()) {
        if (poll(watched.data(), watched.size(), -1) <= 0) continue;
        const int client = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) {
            serve_client(client);
            close(client);
        } else if (errno != EAGAIN && errno != EINTR) {
            // Out of descriptors: the listener stays readable, so wait instead of spinning.
            poll(nullptr, 0, 100);
        }
    }
}

}  // namespace billet::fcgi
