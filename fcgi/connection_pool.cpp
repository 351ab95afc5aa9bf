// fcgi/connection_pool.cpp — Accepting, watching, handing out and draining.
#include "fcgi/connection_pool.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <system_error>

#include "lib/base/config/api.h"
#include "lib/base/metrics.h"

namespace billet::fcgi {
namespace {

using std::chrono::milliseconds;

constexpr int kDrainTickMs = 20;
// While draining, an idle connection is closed only after this time: one that is in use ends with
// its next reply instead. Closing under the peer's hands would cost a request that it sends in that
// very moment, and nginx sends no POST twice.
constexpr milliseconds kDrainIdle{300};

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

struct ConnectionPool::Connection {
    int fd = -1;
    Peer peer = Peer::kNginx;
    bool idle = true;
    bool parked = false;
    Clock::time_point readable_since;
};

ConnectionPool::ConnectionPool(const std::vector<Listener>& listeners, const ApiConfig& config) : config_(config) {
    epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
    wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll_fd_ < 0 || wake_fd_ < 0) fail("epoll");
    // Told from connections by the address of its member.
    epoll_event wake{.events = EPOLLIN, .data = {.ptr = &wake_fd_}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &wake) != 0) fail("epoll_ctl");
    metrics::set(metrics::kApiConnections, 0);
    for (const Listener& listener : listeners) {
        const Peer peer = listener.peer;
        acceptors_.push_back(std::make_unique<Acceptor>(
            listener, [this, peer] { return wait_for_room(peer); }, [this, peer](int fd) { accepted(fd, peer); }));
    }
}

ConnectionPool::~ConnectionPool() {
    drain();
    acceptors_.clear();
    for (const auto& [connection, owner] : all_) ::close(connection->fd);
    ::close(wake_fd_);
    ::close(epoll_fd_);
}

void ConnectionPool::run() {
    std::array<epoll_event, 64> events{};
    while (!finished()) {
        if (draining_ && Clock::now() >= idle_until_) retire_idle();
        const int count = epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), wait_timeout_ms());
        for (int i = 0; i < count; ++i) {
            void* const source = events[static_cast<std::size_t>(i)].data.ptr;
            if (source != &wake_fd_) on_readable(static_cast<Connection*>(source));
        }
        // Only here, where no event of this round is left that could name a connection that
        // draining closes.
        if (drain_asked_ && !acceptors_.empty()) start_draining();
    }
    const std::scoped_lock lock(mutex_);
    drained_ = all_.empty();
    closed_ = true;
    readable_.notify_all();
}

int ConnectionPool::wait_timeout_ms() const {
    return drain_asked_ ? kDrainTickMs : -1;
}

bool ConnectionPool::finished() const {
    if (!acceptors_.empty()) return false;
    const std::scoped_lock lock(mutex_);
    return all_.empty() || Clock::now() >= drain_deadline_;
}

// Each peer has connections_max of its own: nginx cannot take wsd's, nor the other way round.
bool ConnectionPool::wait_for_room(Peer peer) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return open_of(peer) < config_.connections_max || drain_asked_; });
    return !drain_asked_;
}

void ConnectionPool::accepted(int fd, Peer peer) {
    set_deadlines(fd, config_.io_timeout_s);
    auto connection = std::make_unique<Connection>();
    connection->fd = fd;
    connection->peer = peer;
    epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.ptr = connection.get()}};
    const std::scoped_lock lock(mutex_);
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) {
        ::close(fd);
        return;
    }
    all_.emplace(connection.get(), std::move(connection));
    ++open_of(peer);
    metrics::add(metrics::kApiConnections, 1);
}

// An end of file is dealt with here: it is the usual end of a kept connection and no work for a
// worker.
void ConnectionPool::on_readable(Connection* connection) {
    const bool bytes = has_bytes(connection->fd);
    const std::scoped_lock lock(mutex_);
    if (bytes) return hand_out(connection);
    ::close(connection->fd);
    remove(connection);
}

// With mutex_ held.
void ConnectionPool::hand_out(Connection* connection) {
    connection->idle = false;
    connection->readable_since = Clock::now();
    queue_.push_back(connection);
    readable_.notify_one();
}

std::optional<ConnectionPool::Readable> ConnectionPool::take() {
    std::unique_lock lock(mutex_);
    readable_.wait(lock, [this] { return !queue_.empty() || closed_; });
    if (queue_.empty()) return std::nullopt;
    Connection* const connection = queue_.front();
    queue_.pop_front();
    const Clock::duration waited = Clock::now() - connection->readable_since;
    lock.unlock();
    metrics::observe(metrics::kWorkerWait, std::chrono::duration<double>(waited).count());
    return Readable{connection, connection->fd, connection->peer};
}

void ConnectionPool::park(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    connection->parked = true;
    --open_of(connection->peer);
    room_.notify_all();
}

void ConnectionPool::keep(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(connection->parked, false)) ++open_of(connection->peer);
    if (draining_) return retire(connection);
    connection->idle = true;
    epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.ptr = connection}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, connection->fd, &event) == 0) return;
    ::close(connection->fd);
    remove(connection);
}

void ConnectionPool::close(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    ::close(connection->fd);
    remove(connection);
}

void ConnectionPool::forget(Connection* connection) {
    const std::scoped_lock lock(mutex_);
    remove(connection);
}

// With mutex_ held. The descriptor is closed already.
void ConnectionPool::remove(Connection* connection) {
    if (!connection->parked) {
        --open_of(connection->peer);
        room_.notify_all();
    }
    all_.erase(connection);
    metrics::add(metrics::kApiConnections, -1);
}

// With mutex_ held. First nothing more can be sent to us, then we look: so no request is lost
// between the two.
void ConnectionPool::retire(Connection* connection) {
    shutdown(connection->fd, SHUT_RD);
    if (has_bytes(connection->fd)) return hand_out(connection);
    ::close(connection->fd);
    remove(connection);
}

void ConnectionPool::drain() {
    {
        const std::scoped_lock lock(mutex_);
        drain_asked_ = true;
        room_.notify_all();
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void ConnectionPool::start_draining() {
    const Clock::time_point time = Clock::now();
    drain_deadline_ = time + config_.drain_s;
    idle_until_ = std::min<Clock::time_point>(time + kDrainIdle, drain_deadline_);
    for (const auto& acceptor : acceptors_) acceptor->stop();
    acceptors_.clear();
    const std::scoped_lock lock(mutex_);
    epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, wake_fd_, nullptr);
    draining_ = true;
}

void ConnectionPool::retire_idle() {
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
