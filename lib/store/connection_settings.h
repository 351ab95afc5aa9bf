// lib/store/connection_settings.h — Opening a MariaDB session in the one state that all statements
// rely on.
#pragma once

#include <memory>

#include "lib/base/config/database.h"

namespace sql {
class Connection;
}

namespace billet::store {

// Loads the client library. To be called once before threads start that open sessions.
void start_driver();

// Connects and prepares. READ COMMITTED, UTC, strict mode, utf8mb4, autocommit, bounded lock waits;
// no LOCAL INFILE, no reconnecting behind our back, a deadline on every wait; all that can be read
// back has been. TLS with a verified host name unless the server is on this machine.
// Blocks for at most connect_timeout_s and then read_timeout_s. Throws sql::SQLException, also for
// a session that does not have the state, and for a password file that cannot be used.
std::unique_ptr<sql::Connection> open_connection(const DatabaseConfig& config);

}  // namespace billet::store
