// fcgi/pending_request.cpp — One request at a time through libfcgi, without letting it accept or
// close anything.
#include "fcgi/pending_request.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "fcgi/transport.h"
#include "lib/base/config/api.h"
#include "lib/base/config/limits.h"

namespace billet::fcgi {
namespace {

using Clock = std::chrono::steady_clock;
using fastcgi::RecordCheck;
using fastcgi::Records;

constexpr int kPauseMsMax = 20;
constexpr std::size_t kDrainBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kDrainPieceBytes = 16384;
constexpr int kDrainPauseMs = 50;

// Sleeps for `ms`, or until the peer has hung up.
bool peer_hangs_up_within(int fd, int ms) {
    pollfd watched{.fd = fd, .events = POLLRDHUP, .revents = 0};
    return poll(&watched, 1, ms) > 0;
}

// Takes what a peer still sends of a body that is too large, so that it gets to read the reply;
// ends when it pauses.
void take_the_rest(int fd) {
    std::array<char, kDrainPieceBytes> piece{};
    for (std::size_t total = 0; total < kDrainBytesMax;) {
        pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
        if (poll(&watched, 1, kDrainPauseMs) <= 0) return;
        const ssize_t count = recv(fd, piece.data(), piece.size(), MSG_DONTWAIT);
        if (count <= 0) return;
        total += static_cast<std::size_t>(count);
    }
}

}  // namespace

RequestReader::RequestReader(ConnectionPool& connections, const ApiConfig& api, const LimitsConfig& limits)
    : connections_(connections),
      io_timeout_(api.io_timeout_s),
      body_max_(limits.body_bytes),
      peeked_(2 * fastcgi::kParameterBytesMax + limits.body_bytes) {}

// Looks at the waiting bytes until they are a whole request. Usually they are at once; a peer that
// stops half-way costs io_timeout_s.
RecordCheck RequestReader::wait_for_request(int fd) {
    const Clock::time_point deadline = Clock::now() + io_timeout_;
    for (int pause_ms = 1;; pause_ms = std::min(2 * pause_ms, kPauseMsMax)) {
        const ssize_t count = recv(fd, peeked_.data(), peeked_.size(), MSG_PEEK | MSG_DONTWAIT);
        if (count <= 0) return {Records::kMalformed, 0};
        const RecordCheck check =
            fastcgi::check_records(std::span(peeked_).first(static_cast<std::size_t>(count)), body_max_);
        if (check.records != Records::kIncomplete) return check;
        if (Clock::now() >= deadline || peer_hangs_up_within(fd, pause_ms)) return {Records::kMalformed, 0};
    }
}

std::unique_ptr<PendingRequest> RequestReader::read(ConnectionPool::Readable readable) {
    auto pending = std::make_unique<PendingRequest>();
    pending->readable = readable;
    pending->check = wait_for_request(readable.fd);
    if (pending->check.records == Records::kMalformed) {
        connections_.close(readable.connection);
        return nullptr;
    }
    FCGX_Request& fcgi = pending->fcgi;
    FCGX_InitRequest(&fcgi, -1, 0);
    fcgi.ipcFd = readable.fd;
    fcgi.keepConnection = 1;
    fcgi.detached = 1;
    if (FCGX_Accept_r(&fcgi) != 0) {
        connections_.forget(readable.connection);
        return nullptr;
    }
    pending->kept_by_peer = fcgi.keepConnection != 0;
    fcgi.keepConnection = 1;  // closing is our business
    auto request = read_request(fcgi, pending->check, readable.peer);
    if (!request) {
        drop(connections_, std::move(pending));
        return nullptr;
    }
    pending->request = std::move(*request);
    return pending;
}

void answer(ConnectionPool& connections, std::unique_ptr<PendingRequest> pending, const Reply& reply) {
    FCGX_Request& fcgi = pending->fcgi;
    const ConnectionPool::Readable readable = pending->readable;
    const bool whole = pending->check.records == Records::kWhole;
    const bool head_only = pending->request.method == "HEAD";
    // A connection whose request was not read in full ends as well: nginx must not send the next
    // one on it.
    const bool last = connections.draining() || !whole;
    if (last) {
        write_last_reply(fcgi, reply, head_only);
        FCGX_Free(&fcgi, 0);
    } else {
        write_reply(fcgi, reply, head_only);
        FCGX_Finish_r(&fcgi);
    }
    if (fcgi.ipcFd < 0) return connections.forget(readable.connection);  // a write failed
    if (pending->kept_by_peer && !last) return connections.keep(readable.connection);
    if (!whole) take_the_rest(readable.fd);
    connections.close(readable.connection);
}

void drop(ConnectionPool& connections, std::unique_ptr<PendingRequest> pending) {
    FCGX_Free(&pending->fcgi, 0);
    connections.close(pending->readable.connection);
}

bool peer_has_gone(const PendingRequest& pending) {
    return peer_hangs_up_within(pending.readable.fd, 0);
}

}  // namespace billet::fcgi
