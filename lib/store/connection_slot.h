// lib/store/connection_slot.h — The place of a store's one connection: opened when needed, thrown
// away when lost, not asked for too often when the database is down.
#pragma once

#include <chrono>
#include <memory>

#include "lib/base/result.h"
#include "lib/store/database_connection.h"
#include "lib/store/server_health.h"

namespace billet::store {

class ConnectionSlot {
public:
    // `server` must outlive the object.
    ConnectionSlot(DatabaseConfig config, const ServerHealth& server);

    // The connection, opened when there is none that the server's others trust. Valid until drop()
    // or the next call.
    // kUnavailable, for whatever reason there is none: at once while the last failure is younger
    // than its pause, after at most connect_timeout_s otherwise. The reason is logged here.
    Result<DatabaseConnection*> get();

    void drop() { connection_.reset(); }
    // No new attempt before a while: at least 200 ms, and as long as the failed wait took, at most
    // 2 s. So that threads answer "unavailable" instead of queueing behind a database that hangs.
    void pause_after(std::chrono::steady_clock::duration waited);

    const DatabaseConfig& config() const { return config_; }

private:
    DatabaseConfig config_;
    const ServerHealth& server_;
    std::unique_ptr<DatabaseConnection> connection_;
    std::chrono::steady_clock::time_point opened_{};
    std::chrono::steady_clock::time_point not_before_{};
};

}  // namespace billet::store
