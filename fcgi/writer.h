// fcgi/writer.h — Carries out the writes that wait in the lane, and answers them.
#pragma once

#include <memory>
#include <vector>

#include "fcgi/connection_pool.h"
#include "fcgi/services.h"
#include "fcgi/write_lane.h"

namespace billet::fcgi {

// For one thread.
class Writer {
public:
    // All, and what `services` refers to, must outlive the object.
    Writer(ConnectionPool& connections, WriteLane& lane, Services services)
        : connections_(connections), lane_(lane), services_(services) {}

    // The write waits for its turn. When nobody else does, this thread takes turns until nothing
    // waits.
    void take(std::unique_ptr<PendingRequest> pending, std::unique_ptr<PreparedWrite> prepared);

    // The postponed writes, room by room, until the lane is closed. To be called in a thread of its
    // own, which waits for the locks of others.
    void run();

private:
    ConnectionPool& connections_;
    WriteLane& lane_;
    Services services_;

    void lead();
    void carry_out(std::vector<WaitingWrite> writes, chat::Patience patience);
    void answer_all(std::vector<WaitingWrite> writes);
};

}  // namespace billet::fcgi
