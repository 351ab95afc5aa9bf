// lib/store/database_connection.cpp — Statements, parameters and columns by way of Connector/C++.
#include "lib/store/database_connection.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include "lib/store/connection_settings.h"

namespace billet::store {

Rows::Rows(std::unique_ptr<sql::ResultSet> result) : result_(std::move(result)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows::~Rows() = default;

bool Rows::next() {
    return result_->next();
}

bool Rows::null(unsigned column) const {
    return result_->isNull(column);
}

std::uint64_t Rows::number(unsigned column) const {
    return result_->getUInt64(column);
}

// The library's string gives its std::string out as constant only; this one is ours alone, so its
// bytes need not be copied.
std::string Rows::text(unsigned column) const {
    sql::SQLString text = result_->getString(column);
    return std::move(const_cast<std::string&>(text.asStdString()));
}

Time Rows::time(unsigned column) const {
    if (null(column)) throw sql::SQLException("column " + std::to_string(column) + " holds no time");
    return Time{std::chrono::microseconds{result_->getInt64(column)}};
}

Rows Answers::next() {
    if (std::exchange(any_, true) && !statement_.getMoreResults()) throw sql::SQLException("an answer is missing");
    std::unique_ptr<sql::ResultSet> result(statement_.getResultSet());
    if (!result) throw sql::SQLException("an answer is missing");
    return Rows(std::move(result));
}

void Answers::finish() {
    while (statement_.getMoreResults()) const std::unique_ptr<sql::ResultSet> unread(statement_.getResultSet());
}

DatabaseConnection::DatabaseConnection(const DatabaseConfig& config)
    : connection_(open_connection(config)), plain_(connection_->createStatement()) {}

DatabaseConnection::~DatabaseConnection() = default;

void DatabaseConnection::bind(sql::PreparedStatement& statement, unsigned index, const Parameter& value) {
    switch (value.kind()) {
        case Parameter::Kind::kNull: statement.setNull(index, sql::DataType::VARCHAR); break;
        case Parameter::Kind::kNumber: statement.setUInt64(index, value.number()); break;
        case Parameter::Kind::kText:
            statement.setString(index, sql::SQLString(value.text().data(), value.text().size()));
            break;
    }
}

void DatabaseConnection::bind_list(sql::PreparedStatement& statement, std::span<const Parameter> values,
                                   unsigned index) {
    for (const Parameter& value : values) bind(statement, ++index, value);
}

unsigned DatabaseConnection::bind_front(const Question& question) {
    if (question.front == nullptr) return 0;
    const auto values = question.front->values();
    bind_list(question.statement, values);
    return static_cast<unsigned>(values.size());
}

// As for closing() in sql.h.
sql::PreparedStatement& DatabaseConnection::prepare(const Key& key) {
    finish_answer();
    last_began_ = std::chrono::steady_clock::now();
    auto& statement = prepared_[key];
    if (statement) return *statement;
    std::string text(key.text);
    if (key.begins) text = "START TRANSACTION; " + text;
    if (key.front != nullptr) text = std::string(key.front) + "; " + text;
    if (key.is_compound()) text = "BEGIN NOT ATOMIC " + text + "; END";
    statement.reset(connection_->prepareStatement(text));
    return *statement;
}

DatabaseConnection::Question DatabaseConnection::asked(Statement text) {
    FrontQuestion* const front = std::exchange(front_, nullptr);
    const Key key{.text = text.text(),
                  .front = front != nullptr ? front->text().text() : nullptr,
                  .begins = std::exchange(begin_pending_, false)};
    return {prepare(key), front, key.is_compound()};
}

sql::PreparedStatement& DatabaseConnection::prepared(Statement text) {
    settle();
    return prepare({.text = text.text(), .front = nullptr, .begins = false});
}

void DatabaseConnection::settle() {
    ask_front_alone();
    if (std::exchange(begin_pending_, false)) run_plain("START TRANSACTION");
}

void DatabaseConnection::ask_front_alone() {
    FrontQuestion* const front = std::exchange(front_, nullptr);
    if (front == nullptr) return;
    sql::PreparedStatement& statement = prepare({.text = front->text().text(), .front = nullptr, .begins = false});
    bind_list(statement, front->values());
    Rows rows(std::unique_ptr<sql::ResultSet>(statement.executeQuery()));
    front->answered(rows);
}

void DatabaseConnection::finish_answer() {
    sql::PreparedStatement* const statement = std::exchange(unfinished_, nullptr);
    if (statement == nullptr) return;
    while (statement->getMoreResults()) const std::unique_ptr<sql::ResultSet> unread(statement->getResultSet());
}

Rows DatabaseConnection::run_query(const Question& question) {
    sql::PreparedStatement& statement = question.statement;
    std::unique_ptr<sql::ResultSet> result(statement.executeQuery());
    if (question.is_compound) unfinished_ = &statement;
    if (question.front == nullptr) return Rows(std::move(result));
    {
        Rows rows(std::move(result));
        question.front->answered(rows);
    }
    unfinished_ = nullptr;  // until it is known that there is more
    if (!statement.getMoreResults()) throw sql::SQLException("an answer is missing");
    unfinished_ = &statement;
    return Rows(std::unique_ptr<sql::ResultSet>(statement.getResultSet()));
}

std::uint64_t DatabaseConnection::run_update(sql::PreparedStatement& statement) {
    return static_cast<std::uint64_t>(statement.executeUpdate());
}

Rows DatabaseConnection::query_list(Statement text, std::span<const Parameter> values) {
    const Question question = asked(text);
    bind_list(question.statement, values, bind_front(question));
    return run_query(question);
}

std::uint64_t DatabaseConnection::update_list(Statement text, std::span<const Parameter> values) {
    sql::PreparedStatement& statement = prepared(text);
    bind_list(statement, values);
    return run_update(statement);
}

void DatabaseConnection::update_closing(Statement text, std::span<const Parameter> values) {
    sql::PreparedStatement& statement = prepared(text);
    bind_list(statement, values);
    committing_ = true;
    run_update(statement);
    ended();
}

Answers DatabaseConnection::query_script(const Script& script) {
    settle();
    run_plain(script.text());
    return Answers(*plain_);
}

void DatabaseConnection::run_script(const Script& script) {
    settle();
    run_plain(script.text());
    Answers(*plain_).finish();
}

void DatabaseConnection::run_closing_script(const Script& script) {
    settle();
    committing_ = true;
    run_script(script);
    ended();
}

Rows DatabaseConnection::query_text(const std::string& text) {
    settle();
    finish_answer();
    last_began_ = std::chrono::steady_clock::now();
    return Rows(std::unique_ptr<sql::ResultSet>(plain_->executeQuery(text)));
}

void DatabaseConnection::run_text(const std::string& text) {
    settle();
    run_plain(text);
}

void DatabaseConnection::run_plain(const std::string& text) {
    finish_answer();
    last_began_ = std::chrono::steady_clock::now();
    plain_->execute(text);
}

void DatabaseConnection::begin() {
    in_transaction_ = true;
    begin_pending_ = true;
}

void DatabaseConnection::commit() {
    if (!begin_pending_) {
        committing_ = true;
        run_plain("COMMIT");
    }
    ended();
}

void DatabaseConnection::rollback() {
    finish_answer();
    if (!in_transaction_) return;
    if (!begin_pending_) run_plain("ROLLBACK");
    ended();
}

void DatabaseConnection::ended() {
    committing_ = false;
    in_transaction_ = false;
    begin_pending_ = false;
}

}  // namespace billet::store
