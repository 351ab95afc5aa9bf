// lib/event/metrics_endpoint.cpp — A few clients at a time, each with a deadline.
#include "lib/event/metrics_endpoint.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "lib/base/metrics_http.h"
#include "lib/base/unix_socket.h"

namespace billet::event {
namespace {

constexpr std::chrono::seconds kClientTime{2};
constexpr std::size_t kClientsMax = 8;
constexpr int kBacklog = 16;
// Without a descriptor for the next client the listener stays readable: so long it is not looked
// at.
constexpr std::chrono::milliseconds kPause{100};

}  // namespace

MetricsEndpoint::MetricsEndpoint(Loop* loop, std::function<void()> before)
    : loop_(loop), before_(std::move(before)), io_(loop, *this), again_(loop, *this) {}

Result<void> MetricsEndpoint::listen(const std::string& path) {
    auto listener = listen_at(path, kBacklog);
    if (!listener) return std::move(listener).error();
    listener_ = std::move(*listener);
    watch_again();
    return {};
}

void MetricsEndpoint::watch_again() {
    io_.watch(listener_.get(), EV_READ);
}

void MetricsEndpoint::on_acceptable(int) {
    Descriptor client = accept_from(listener_.get());
    if (client) {
        if (clients_.size() < kClientsMax) clients_.emplace_back(loop_, *this, std::move(client));
    } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        io_.stop();
        again_.start(kPause);
    }
}

void MetricsEndpoint::forget(const Client& client) {
    clients_.remove_if([&](const Client& each) { return &each == &client; });
}

MetricsEndpoint::Client::Client(Loop* loop, MetricsEndpoint& endpoint, Descriptor fd)
    : endpoint_(endpoint), fd_(std::move(fd)), io_(loop, *this), timer_(loop, *this) {
    io_.watch(fd_.get(), EV_READ);
    timer_.start(kClientTime);
}

void MetricsEndpoint::Client::on_timeout() {
    endpoint_.forget(*this);
}

void MetricsEndpoint::Client::on_io(int events) {
    if ((events & EV_READ) != 0) return read_head();
    write_answer();
}

void MetricsEndpoint::Client::read_head() {
    std::array<char, 1024> piece;
    const ssize_t count = recv(fd_.get(), piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0 || head_.size() > metrics::kRequestHeadMax) return endpoint_.forget(*this);
    head_.append(piece.data(), static_cast<std::size_t>(count));
    if (!metrics::has_whole_head(head_)) return;
    if (endpoint_.before_) endpoint_.before_();
    answer_ = metrics::http_answer(head_);
    io_.watch(fd_.get(), EV_WRITE);
}

void MetricsEndpoint::Client::write_answer() {
    const ssize_t count = send(fd_.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) answer_.erase(0, static_cast<std::size_t>(count));
    if (count < 0 || answer_.empty()) endpoint_.forget(*this);
}

}  // namespace billet::event
