// lib/store/link.h — The one connection of a store: opened when needed, thrown away when lost, not asked for too often when the database is down.
#pragma once

#include <chrono>
#include <memory>

#include "lib/base/result.h"
#include "lib/store/connection.h"
#include "lib/store/server.h"

namespace billet::store {

class Link {
public:
    // `server` must outlive the object.
    Link(DatabaseConfig config, const Server& server);

    // The connection, opened when there is none that the server's others trust. Valid until drop() or the next call.
    // kUnavailable, for whatever reason there is none: at once while the last failure is younger than its pause, after at
    // most connect_timeout_s otherwise. The reason is logged here.
    Result<Connection*> get();

    void drop() { connection_.reset(); }
    // No new attempt before a while: at least 200 ms, and as long as the failed wait took, at most 2 s. So that threads
    // answer "unavailable" instead of queueing behind a database that hangs.
    void pause_after(std::chrono::steady_clock::duration waited);

    const DatabaseConfig& config() const { return config_; }

private:
    DatabaseConfig config_;
    const Server& server_;
    std::unique_ptr<Connection> connection_;
    std::chrono::steady_clock::time_point opened_{};
    std::chrono::steady_clock::time_point not_before_{};
};

}  // namespace billet::store
