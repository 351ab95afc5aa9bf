// fcgi/worker.h — A worker thread: takes a readable connection, serves one request on it, gives it back.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "fcgi/connections.h"
#include "fcgi/pipeline.h"
#include "fcgi/record_check.h"

struct FCGX_Request;

namespace billet::fcgi {

class Worker {
public:
    // Told before each request until when all its waiting must be over.
    using SetDeadline = std::function<void(std::chrono::steady_clock::time_point)>;

    // `connections` and what `services` refers to must outlive the object.
    Worker(Connections& connections, Services services, SetDeadline set_deadline);

    // Until the connections have been drained. To be called in the worker's own thread.
    void run();

private:
    // Not at all; in full, but for libfcgi's records at the end; with all records, and the connection is over.
    enum class Answered { kNo, kYes, kForTheLastTime };

    void serve_connection(Connections::Readable readable);
    RecordCheck wait_for_request(int fd);
    Answered serve_request(FCGX_Request& fcgi, const RecordCheck& check);

    Connections& connections_;
    Services services_;
    SetDeadline set_deadline_;
    std::vector<unsigned char> peeked_;
};

}  // namespace billet::fcgi
