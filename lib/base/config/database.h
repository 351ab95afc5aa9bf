// lib/base/config/database.h — [database]: where MariaDB is and how long it may take.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace billet {

// MariaDB. Either `socket` (a path; authentication by unix_socket unless a password file is given)
// or `host`.
struct DatabaseConfig {
    std::string socket = "/run/mysqld/mysqld.sock";
    std::string host;
    std::uint16_t port = 3306;
    std::string tls_ca_file;  // required when host is no loopback address
    std::string user = "billet_api";
    std::string name = "billet";
    std::string password_file;
    // Whom billetctl logs in as instead; empty: as `user`.
    std::string operator_user;
    std::string operator_password_file;
    // A database that hangs is answered "unavailable" after one of the first two; the third must be
    // below the second.
    std::chrono::seconds connect_timeout_s{2};
    std::chrono::seconds read_timeout_s{2};
    std::chrono::seconds lock_wait_timeout_s{1};
};

}  // namespace billet
