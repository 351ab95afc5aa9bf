// fcgi/acceptor.cpp — Waiting in accept() or poll(), and being called back from either.
#include "fcgi/acceptor.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "lib/base/log.h"

namespace billet::fcgi {
namespace {

constexpr int kPauseMs = 100;  // after running out of descriptors
// A signal that comes just before the thread blocks is lost: it is sent again until the thread has
// ended.
constexpr std::chrono::milliseconds kCallAgain{5};

// No SA_RESTART: a call that blocks is to end with EINTR.
void install_handler() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(acceptor_signal(), &action, nullptr);
}

void set_blocked(int how) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, acceptor_signal());
    pthread_sigmask(how, &signals, nullptr);
}

}  // namespace

// libfcgi has handlers for SIGPIPE and SIGUSR1.
int acceptor_signal() {
    return SIGUSR2;
}

Acceptor::Acceptor(Listener listener, WaitForRoom wait_for_room, Accepted accepted)
    : listener_(listener), wait_for_room_(std::move(wait_for_room)), accepted_(std::move(accepted)) {
    install_handler();
    thread_ = std::thread([this] { run(); });
}

Acceptor::~Acceptor() {
    if (thread_.joinable()) stop();
    close(listener_.fd);
}

void Acceptor::run() {
    set_blocked(SIG_UNBLOCK);
    while (!stopping_ && wait_for_room_()) accept_one();
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    ended_changed_.notify_all();
}

void Acceptor::accept_one() {
    const int fd = accept4(listener_.fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) return accepted_(fd);
    const int error = errno;
    if (error == EINTR || error == ECONNABORTED) return;
    if (error == EAGAIN) {
        pollfd watched{.fd = listener_.fd, .events = POLLIN, .revents = 0};
        poll(&watched, 1, -1);
        return;
    }
    // EINVAL: somebody shut it down, and nothing comes any more.
    if (error != EINVAL) LogLine(LogLevel::kError, "accept_failed").with("error", std::strerror(error));
    poll(nullptr, 0, kPauseMs);
}

void Acceptor::stop() {
    stopping_ = true;
    call_back();
    thread_.join();
    if (!listener_.shared) accept_the_rest();
}

void Acceptor::call_back() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
        pthread_kill(thread_.native_handle(), acceptor_signal());
        ended_changed_.wait_for(lock, kCallAgain, [this] { return ended_; });
    }
}

// After the shutdown accept() does not block, whatever the flag says: it gives who is there, and
// then EINVAL.
void Acceptor::accept_the_rest() {
    shutdown(listener_.fd, SHUT_RD);
    for (;;) {
        const int fd = accept4(listener_.fd, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            accepted_(fd);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

}  // namespace billet::fcgi
