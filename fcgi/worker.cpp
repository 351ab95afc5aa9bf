// fcgi/worker.cpp — One request at a time through libfcgi, without letting it accept or close anything.
//
// libfcgi is given a connection that is open already (ipcFd), told that it is kept (else it closes it before reading) and detached (else
// closing waits for the peer's end of file). On a broken request it closes the connection itself and tries to accept another one on
// its listening socket, which we set to -1: that fails at once and FCGX_Accept_r returns.
#include "fcgi/worker.h"

#include <fcgiapp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "fcgi/transport.h"

namespace billet::fcgi {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPauseMsMax = 20;
constexpr std::size_t kDrainBytesMax = std::size_t{1} << 20U;
constexpr int kDrainPauseMs = 50;

// Sleeps for `ms`, or until the peer has hung up.
bool peer_hangs_up_within(int fd, int ms) {
    pollfd watched{.fd = fd, .events = POLLRDHUP, .revents = 0};
    return poll(&watched, 1, ms) > 0;
}

// Takes what a peer still sends of a body that is too large, so that it gets to read the reply; ends when it pauses.
void drain(int fd, std::span<unsigned char> scratch) {
    for (std::size_t total = 0; total < kDrainBytesMax;) {
        pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
        if (poll(&watched, 1, kDrainPauseMs) <= 0) return;
        const ssize_t count = recv(fd, scratch.data(), scratch.size(), MSG_DONTWAIT);
        if (count <= 0) return;
        total += static_cast<std::size_t>(count);
    }
}

}  // namespace

Worker::Worker(Connections& connections, Services services, SetDeadline set_deadline)
    : connections_(connections),
      services_(services),
      set_deadline_(std::move(set_deadline)),
      peeked_(2 * kParameterBytesMax + services.config.limits.body_bytes) {}

void Worker::run() {
    while (const auto readable = connections_.take()) serve_connection(*readable);
}

// Looks at the waiting bytes until they are a whole request. Usually they are at once; a peer that stops half-way costs io_timeout_s.
RecordCheck Worker::wait_for_request(int fd) {
    const std::size_t body_bytes_max = services_.config.limits.body_bytes;
    const Clock::time_point deadline = Clock::now() + services_.config.api.io_timeout_s;
    for (int pause_ms = 1;; pause_ms = std::min(2 * pause_ms, kPauseMsMax)) {
        const ssize_t count = recv(fd, peeked_.data(), peeked_.size(), MSG_PEEK | MSG_DONTWAIT);
        if (count <= 0) return {Records::kMalformed, 0};
        const RecordCheck check =
            check_records(std::span(peeked_).first(static_cast<std::size_t>(count)), body_bytes_max);
        if (check.records != Records::kIncomplete) return check;
        if (Clock::now() >= deadline || peer_hangs_up_within(fd, pause_ms)) return {Records::kMalformed, 0};
    }
}

void Worker::serve_connection(Connections::Readable readable) {
    const RecordCheck check = wait_for_request(readable.fd);
    if (check.records == Records::kMalformed) return connections_.close(readable.connection);
    FCGX_Request fcgi;
    FCGX_InitRequest(&fcgi, -1, 0);
    fcgi.ipcFd = readable.fd;
    fcgi.keepConnection = 1;
    fcgi.detached = 1;
    if (FCGX_Accept_r(&fcgi) != 0) return connections_.forget(readable.connection);
    const bool kept_by_peer = fcgi.keepConnection != 0;
    const Answered answered = serve_request(fcgi, check);
    fcgi.keepConnection = 1;  // closing is our business
    if (answered == Answered::kYes) {
        FCGX_Finish_r(&fcgi);
    } else {
        FCGX_Free(&fcgi, 0);
    }
    if (fcgi.ipcFd < 0) return connections_.forget(readable.connection);  // a write failed
    if (kept_by_peer && answered == Answered::kYes && check.records == Records::kWhole)
        return connections_.keep(readable.connection);
    if (check.records == Records::kBodyTooLarge) drain(readable.fd, peeked_);
    connections_.close(readable.connection);
}

Worker::Answered Worker::serve_request(FCGX_Request& fcgi, const RecordCheck& check) {
    const auto request = read_request(fcgi, check);
    if (!request) return Answered::kNo;
    set_deadline_(Clock::now() + services_.config.api.request_deadline_s);
    const Reply reply = serve(services_, *request);
    const bool head_only = request->method == "HEAD";
    // A connection whose request was not read in full ends as well: nginx must not send the next one on it.
    if (connections_.draining() || check.records != Records::kWhole) {
        write_last_reply(fcgi, reply, head_only);
        return Answered::kForTheLastTime;
    }
    write_reply(fcgi, reply, head_only);
    return Answered::kYes;
}

}  // namespace billet::fcgi
