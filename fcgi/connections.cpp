// fcgi/connections.cpp — Accepting, watching, handing out and draining.
#include "fcgi/connections.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/metrics.h"

namespace billet::fcgi {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAcceptPause{100};  // after running out of descriptors
constexpr int kDrainTickMs = 20;
// While draining, an idle connection is closed only after this time: one that is in use ends with its next reply instead. Closing under the
// peer's hands would cost a request that it sends in that very moment, and nginx sends no POST twice.
constexpr milliseconds kDrainIdle{300};
constexpr int kAcceptsAtOnce = 32;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A peer that stops in mid-record gives its worker back after this long.
void set_deadlines(int fd, std::chrono::seconds time) {
    const timeval value{.tv_sec = time.count(), .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

bool has_bytes(int fd) {
    char byte = 0;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

}  // namespace

struct Connections::Connection {
    int fd = -1;
    bool idle = true;
    Clock::time_point readable_since;
};

Connections::Connections(Listener listener, const ApiConfig& config) : listener_(listener), config_(config) {
    epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
    wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll_fd_ < 0 || wake_fd_ < 0) fail("epoll");
    // The two descriptors of our own are told from connections by the addresses of their members.
    epoll_event wake{.events = EPOLLIN, .data = {.ptr = &wake_fd_}};
    epoll_event client{.events = EPOLLIN, .data = {.ptr = &listener_.fd}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &wake) != 0) fail("epoll_ctl");
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, listener_.fd, &client) != 0) fail("epoll_ctl");
    metrics::set(metrics::kApiConnections, 0);
}

Connections::~Connections() {
    for (const auto& [connection, owner] : all_) ::close(connection->fd);
    if (listener_.fd >= 0) ::close(listener_.fd);
    ::close(wake_fd_);
    ::close(epoll_fd_);
}

void Connections::run() {
    std::array<epoll_event, 64> events{};
    while (!finished()) {
        if (draining_ && Clock::now() >= idle_until_) retire_idle();
        const int count = epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), wait_timeout_ms());
        for (int i = 0; i < count; ++i) {
            void* const source = events[static_cast<std::size_t>(i)].data.ptr;
            if (source == &listener_.fd) {
                accept_new();
            } else if (source != &wake_fd_) {
                on_readable(static_cast<Connection*>(source));
            }
        }
        if (accept_again_at_ && Clock::now() >= *accept_again_at_) {
            accept_again_at_.reset();
            const std::scoped_lock lock(mutex_);
            watch_listener(true);
        }
        // Only here, where no event of this round is left that could name a connection that draining closes.
        if (drain_asked_ && listener_.fd >= 0) start_draining();
    }
    const std::scoped_lock lock(mutex_);
    drained_ = all_.empty();
    closed_ = true;
    readable_.notify_all();
}

int Connections::wait_timeout_ms() const {
    if (drain_asked_) return kDrainTickMs;
    return accept_again_at_ ? static_cast<int>(kAcceptPause.count()) : -1;
}

bool Connections::finished() const {
    if (listener_.fd >= 0) return false;
    const std::scoped_lock lock(mutex_);
    return all_.empty() || Clock::now() >= drain_deadline_;
}

void Connections::accept_new() {
    for (int i = 0; i < kAcceptsAtOnce && accept_one(); ++i) {
    }
}

// False when there is none, or none may be taken now.
bool Connections::accept_one() {
    {
        const std::scoped_lock lock(mutex_);
        if (all_.size() >= config_.connections_max) {
            watch_listener(false);
            return false;
        }
    }
    const int fd = accept4(listener_.fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
        // EINVAL: shut down, and nobody is left in it.
        if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED || errno == EINVAL) return false;
        LogLine(LogLevel::kError, "accept_failed").with("error", std::strerror(errno));
        pause_accepting(kAcceptPause);
        return false;
    }
    set_deadlines(fd, config_.io_timeout_s);
    auto connection = std::make_unique<Connection>();
    connection->fd = fd;
    epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.ptr = connection.get()}};
    const std::scoped_lock lock(mutex_);
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) {
        ::close(fd);
        return true;
    }
    all_.emplace(connection.get(), std::move(connection));
    metrics::add(metrics::kApiConnections, 1);
    return true;
}

void Connections::pause_accepting(milliseconds time) {
    accept_again_at_ = Clock::now() + time;
    const std::scoped_lock lock(mutex_);
    watch_listener(false);
}

// With mutex_ held.
void Connections::watch_listener(bool on) {
    if (listening_ == on || listener_.fd < 0 || draining_) return;
    epoll_event event{.events = on ? static_cast<std::uint32_t>(EPOLLIN) : 0U, .data = {.ptr = &listener_.fd}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, listener_.fd, &event) == 0) listening_ = on;
}

// An end of file is dealt with here: it is the usual end of a kept connection and no work for a worker.
void Connections::on_readable(Connection* connection) {
    const bool bytes = has_bytes(connection->fd);
    const std::scoped_lock lock(mutex_);
    if (bytes) return hand_out(connection);
    ::close(connection->fd);
    remove(connection);
}

// With mutex_ held.
void Connections::hand_out(Connection* connection) {
    connection->idle = false;
    connection->readable_since = Clock::now();
    queue_.push_back(connection);
    readable_.notify_one();
}

std::optional<Connections::Readable> Connections::take() {
    std::unique_lock lock(mutex_);
    readable_.wait(lock, [this] { return !queue_.empty() || closed_; });
    if (queue_.empty()) return std::nullopt;
    Connection* const connection = queue_.front();
    queue_.pop_front();
    const Clock::duration waited = Clock::now() - connection->readable_since;
    lock.unlock();
    metrics::observe(metrics::kWorkerWait, std::chrono::duration<double>(waited).count());
    return Readable{connection, connection->fd};
}

void Connections::keep(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    if (draining_) return retire(connection);
    connection->idle = true;
    epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.ptr = connection}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, connection->fd, &event) == 0) return;
    ::close(connection->fd);
    remove(connection);
}

void Connections::close(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    ::close(connection->fd);
    remove(connection);
}

void Connections::forget(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    remove(connection);
}

// With mutex_ held. The descriptor is closed already.
void Connections::remove(Connection* connection) {
    all_.erase(connection);
    metrics::add(metrics::kApiConnections, -1);
    if (!accept_again_at_ && all_.size() < config_.connections_max) watch_listener(true);
}

// With mutex_ held. First nothing more can be sent to us, then we look: so no request is lost between the two.
void Connections::retire(Connection* connection) {
    shutdown(connection->fd, SHUT_RD);
    if (has_bytes(connection->fd)) return hand_out(connection);
    ::close(connection->fd);
    remove(connection);
}

void Connections::drain() {
    drain_asked_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void Connections::start_draining() {
    const Clock::time_point time = Clock::now();
    drain_deadline_ = time + config_.drain_s;
    idle_until_ = std::min<Clock::time_point>(time + kDrainIdle, drain_deadline_);
    // Those that wait in our own socket would be lost with it: no more get in, then they are taken. Of a shared one other processes take them.
    if (!listener_.shared) {
        shutdown(listener_.fd, SHUT_RD);
        while (accept_one()) {
        }
    }
    const std::scoped_lock lock(mutex_);
    epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, listener_.fd, nullptr);
    epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, wake_fd_, nullptr);
    ::close(listener_.fd);
    listener_.fd = -1;
    draining_ = true;
}

void Connections::retire_idle() {
    const std::scoped_lock lock(mutex_);
    std::vector<Connection*> idle;
    for (const auto& [connection, owner] : all_) {
        if (connection->idle) idle.push_back(connection);
    }
    for (Connection* const connection : idle) {
        epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, connection->fd, nullptr);
        retire(connection);
    }
    idle_until_ = Clock::time_point::max();
}

}  // namespace billet::fcgi
