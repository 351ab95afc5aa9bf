// fcgi/worker.h — The threads that serve requests: workers read them off their connections, leave
// those that hash to hashers, and let writes wait for their turn.
#pragma once

#include <memory>

#include "fcgi/connection_pool.h"
#include "fcgi/pending_request.h"
#include "fcgi/hash_queue.h"
#include "fcgi/pipeline.h"
#include "fcgi/writer.h"

namespace billet::fcgi {

// A worker: takes a readable connection, serves one request on it, gives it back.
class Worker {
public:
    // All, and what `services` refers to, must outlive the object.
    Worker(ConnectionPool& connections, HashQueue& hash_queue, WriteLane& write_lane, Services services);

    // Until the connections have been drained. To be called in the worker's own thread.
    void run();

private:
    ConnectionPool& connections_;
    HashQueue& hash_queue_;
    Services services_;
    RequestReader reader_;
    Writer writer_;

    void leave_to_hashers(std::unique_ptr<PendingRequest> pending);
    void write(std::unique_ptr<PendingRequest> pending, const Match& match);
};

// A hasher: the same for the requests in the queue.
class Hasher {
public:
    // As for a worker.
    Hasher(ConnectionPool& connections, HashQueue& hash_queue, Services services)
        : connections_(connections), hash_queue_(hash_queue), services_(services) {}

    // Until the queue is closed. To be called in the hasher's own thread, which from then on yields
    // to all others.
    void run();

private:
    ConnectionPool& connections_;
    HashQueue& hash_queue_;
    Services services_;

    void serve_turn(HashQueue::Turn turn);
};

}  // namespace billet::fcgi
