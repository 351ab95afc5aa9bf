// fcgi/pending_request.h — A request that has been read off its connection, until it is answered:
// by the worker that read it, or by a hashing thread.
//
// libfcgi is given a connection that is open already (ipcFd), told that it is kept (else it closes
// it before reading) and detached (else closing waits for the peer's end of file). On a broken
// request it closes the connection itself and tries to accept another one on its listening socket,
// which we set to -1: that fails at once and FCGX_Accept_r returns.
#pragma once

#include <fcgiapp.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "fcgi/connection_pool.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "lib/fastcgi/record_check.h"

namespace billet {
struct ApiConfig;
struct LimitsConfig;
}  // namespace billet

namespace billet::fcgi {

// libfcgi keeps pointers into its request: made once, where it stays.
struct PendingRequest {
    ConnectionPool::Readable readable;
    fastcgi::RecordCheck check;
    FCGX_Request fcgi{};
    Request request;
    bool kept_by_peer = false;

    PendingRequest() = default;
    PendingRequest(const PendingRequest&) = delete;
    PendingRequest& operator=(const PendingRequest&) = delete;
};

// Reads requests; for one thread, which keeps the buffer.
class RequestReader {
public:
    // `connections` must outlive the object.
    RequestReader(ConnectionPool& connections, const ApiConfig& api, const LimitsConfig& limits);

    // Waits up to io_timeout_s for the rest of a request. nullptr: there was none, and the
    // connection has been given back.
    std::unique_ptr<PendingRequest> read(ConnectionPool::Readable readable);

private:
    ConnectionPool& connections_;
    const std::chrono::seconds io_timeout_;
    const std::size_t body_max_;
    std::vector<unsigned char> peeked_;

    fastcgi::RecordCheck wait_for_request(int fd);
};

// Writes the reply and gives the connection back. Blocks for io_timeout_s at most between two
// pieces that the peer takes.
void answer(ConnectionPool& connections, std::unique_ptr<PendingRequest> pending, const Reply& reply);
// Gives the connection back without a reply.
void drop(ConnectionPool& connections, std::unique_ptr<PendingRequest> pending);
// Nobody waits for the reply any more.
bool peer_has_gone(const PendingRequest& pending);

}  // namespace billet::fcgi
