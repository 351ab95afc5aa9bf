// lib/store/connection_settings.cpp — DatabaseConnection options, session variables, and their
// proof.
#include "lib/store/connection_settings.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_connection.h>
#include <mysql_driver.h>

#include "lib/base/file.h"

namespace billet::store {
namespace {

constexpr std::string_view kSqlMode =
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_"
    "SUBSTITUTION";
// More than any statement or row of ours needs, with room to spare; the server's default is 16 MiB.
constexpr std::uint64_t kPacketBytesMin = std::uint64_t{1} << 20U;
// A process that is stopped in mid-transaction must not keep a room locked: the server ends the
// session after this.
constexpr int kIdleTransactionSeconds = 10;

// The client library wants to be told of every thread that uses it.
class ThreadRegistration {
public:
    ThreadRegistration() { sql::mysql::get_driver_instance()->threadInit(); }
    ~ThreadRegistration() { sql::mysql::get_driver_instance()->threadEnd(); }
    ThreadRegistration(const ThreadRegistration&) = delete;
    ThreadRegistration& operator=(const ThreadRegistration&) = delete;
};

void register_thread() {
    thread_local const ThreadRegistration registration;
    static_cast<void>(registration);
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

int count_of(std::chrono::seconds time) {
    return static_cast<int>(time.count());
}

[[noreturn]] void refuse(const std::string& why) {
    throw sql::SQLException(why);
}

void add_address(sql::ConnectOptionsMap& options, const DatabaseConfig& config) {
    if (config.host.empty()) {
        options["hostName"] = "unix://" + config.socket;
        return;
    }
    options["hostName"] = "tcp://" + config.host + ":" + std::to_string(config.port);
    if (!config.tls_ca_file.empty()) {
        options["sslCA"] = config.tls_ca_file;
        options["sslVerify"] = true;
        options["sslEnforce"] = true;
    } else if (!is_loopback(config.host)) {
        refuse("[database] tls_ca_file is required for a server on another machine");
    }
}

sql::ConnectOptionsMap options_of(const DatabaseConfig& config) {
    sql::ConnectOptionsMap options;
    add_address(options, config);
    options["userName"] = config.user;
    options["password"] = std::string{};
    if (!config.password_file.empty()) {
        auto password = read_secret_file(config.password_file);
        if (!password) refuse(password.error().detail);
        options["password"] = *password;
    }
    options["schema"] = config.name;
    options["OPT_CHARSET_NAME"] = std::string("utf8mb4");
    // The library asks questions of its own as soon as it is connected.
    options["preInit"] = std::string("SET SESSION sql_big_selects=1, SESSION max_statement_time=0");
    options["OPT_RECONNECT"] = false;
    options["OPT_LOCAL_INFILE"] = 0;
    options["OPT_CONNECT_TIMEOUT"] = count_of(config.connect_timeout_s);
    options["OPT_READ_TIMEOUT"] = count_of(config.read_timeout_s);
    options["OPT_WRITE_TIMEOUT"] = count_of(config.read_timeout_s);
    return options;
}

struct Variable {
    std::string_view name;  // as in @@name
    std::string set;        // as in SET SESSION
    std::string read;       // what reading it back must give
};

std::vector<Variable> wanted_variables(const DatabaseConfig& config) {
    const std::string lock_wait = std::to_string(config.lock_wait_timeout_s.count());
    const std::string mode(kSqlMode);
    const std::string no_limit = std::to_string(std::numeric_limits<std::uint64_t>::max());
    return {
        {"tx_isolation", "'READ-COMMITTED'", "READ-COMMITTED"},
        {"time_zone", "'+00:00'", "+00:00"},
        {"sql_mode", "'" + mode + "'", mode},
        {"innodb_lock_wait_timeout", lock_wait, lock_wait},
        {"idle_transaction_timeout", std::to_string(kIdleTransactionSeconds), std::to_string(kIdleTransactionSeconds)},
        {"autocommit", "1", "1"},
        {"character_set_client", "utf8mb4", "utf8mb4"},
        {"character_set_connection", "utf8mb4", "utf8mb4"},
        {"character_set_results", "utf8mb4", "utf8mb4"},
        {"collation_connection", "utf8mb4_nopad_bin", "utf8mb4_nopad_bin"},
        // A COMMIT ends its transaction, begins no other one and does not hang up.
        {"completion_type", "'NO_CHAIN'", "NO_CHAIN"},
        {"tx_read_only", "0", "0"},
        // What cuts an answer, or refuses a statement by its size, without an error that names it.
        {"sql_select_limit", no_limit, no_limit},
        {"sql_big_selects", "1", "1"},
        {"max_statement_time", "0", "0.000000"},  // waits are bounded on our side
        {"max_sort_length", "1024", "1024"},
        {"sql_safe_updates", "0", "0"},
        {"sql_auto_is_null", "0", "0"},
        {"query_cache_type", "'OFF'", "OFF"},
        // What keeps rows sound.
        {"foreign_key_checks", "1", "1"},
        {"unique_checks", "1", "1"},
        {"check_constraint_checks", "1", "1"},
        // A change of the schema is waited for as long as a row's lock, and not for a day on a
        // connection that we have given up.
        {"lock_wait_timeout", lock_wait, lock_wait},
    };
}

void assert_session(sql::Statement& statement, const std::vector<Variable>& variables) {
    std::string question = "SELECT ";
    for (const Variable& variable : variables) question.append("@@").append(variable.name).append(", ");
    const std::unique_ptr<sql::ResultSet> row(statement.executeQuery(question + "DATABASE()"));
    if (!row->next()) refuse("the session's state cannot be read");
    for (std::uint32_t i = 0; i < variables.size(); ++i) {
        const std::string found = row->getString(i + 1);
        if (found != variables[i].read) {
            refuse("the session has " + std::string(variables[i].name) + "='" + found + "' instead of '" +
                   variables[i].read + "'");
        }
    }
}

// What a session cannot set for itself: refused here, with the reason, rather than met by one write
// in a hundred.
void assert_server(sql::Statement& statement) {
    const std::unique_ptr<sql::ResultSet> row(statement.executeQuery(
        "SELECT @@max_allowed_packet, @@log_bin AND @@binlog_format = 'STATEMENT', @@sql_log_bin"));
    if (!row->next()) refuse("the server's settings cannot be read");
    if (row->getUInt64(1) < kPacketBytesMin)
        refuse("the server has max_allowed_packet=" + row->getString(1).asStdString() + ", at least " +
               std::to_string(kPacketBytesMin) + " is needed");
    if (row->getInt(2) != 0)
        refuse("the server has binlog_format=STATEMENT, which READ COMMITTED cannot be written with");
    if (row->getInt(3) == 0) refuse("the session has sql_log_bin=0: what it writes would be missing in replicas");
}

void prepare_session(sql::Connection& connection, const DatabaseConfig& config) {
    const std::vector<Variable> variables = wanted_variables(config);
    std::string command = "SET SESSION ";
    for (const Variable& variable : variables)
        command.append(variable.name).append("=").append(variable.set).append(", SESSION ");
    command.resize(command.size() - std::string_view(", SESSION ").size());
    const std::unique_ptr<sql::Statement> statement(connection.createStatement());
    statement->execute(command);
    assert_session(*statement, variables);
    assert_server(*statement);
}

}  // namespace

void start_driver() {
    sql::mysql::get_driver_instance();
}

std::unique_ptr<sql::Connection> open_connection(const DatabaseConfig& config) {
    register_thread();
    auto options = options_of(config);
    std::unique_ptr<sql::Connection> connection(sql::mysql::get_driver_instance()->connect(options));
    prepare_session(*connection, config);
    return connection;
}

}  // namespace billet::store
