// lib/store/session.cpp — Connection options, session variables, and their proof.
#include "lib/store/session.h"

#include <string>
#include <string_view>
#include <vector>

#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_connection.h>
#include <mysql_driver.h>

namespace billet::store {
namespace {

constexpr std::string_view kSqlMode =
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_"
    "SUBSTITUTION";
// A process that is stopped in mid-transaction must not keep a room locked: the server ends the session after this.
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

int count_of(seconds time) {
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

void prepare_session(sql::Connection& connection, const DatabaseConfig& config) {
    const std::vector<Variable> variables = wanted_variables(config);
    std::string command = "SET SESSION ";
    for (const Variable& variable : variables)
        command.append(variable.name).append("=").append(variable.set).append(", SESSION ");
    command.resize(command.size() - std::string_view(", SESSION ").size());
    const std::unique_ptr<sql::Statement> statement(connection.createStatement());
    statement->execute(command);
    assert_session(*statement, variables);
}

}  // namespace

void start_driver() {
    sql::mysql::get_driver_instance();
}

std::unique_ptr<sql::Connection> open_session(const DatabaseConfig& config) {
    register_thread();
    auto options = options_of(config);
    std::unique_ptr<sql::Connection> connection(sql::mysql::get_driver_instance()->connect(options));
    prepare_session(*connection, config);
    return connection;
}

}  // namespace billet::store
