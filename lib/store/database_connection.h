// lib/store/database_connection.h — One MariaDB connection: statements prepared at first use, typed
// parameters and columns.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/config/database.h"
#include "lib/base/ids.h"
#include "lib/store/script.h"
#include "lib/store/sql.h"

namespace sql {
class Connection;
class PreparedStatement;
class ResultSet;
class Statement;
}  // namespace sql

namespace billet::store {

// The rows of an answer, fetched whole. Columns count from 1.
class Rows {
public:
    explicit Rows(std::unique_ptr<sql::ResultSet> result);
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) = delete;
    ~Rows();

    bool next();
    bool null(unsigned column) const;
    std::uint64_t number(unsigned column) const;  // 0 for NULL
    bool flag(unsigned column) const { return number(column) != 0; }
    std::string text(unsigned column) const;  // "" for NULL
    // Of microseconds (rows.h); throws for NULL.
    Time time(unsigned column) const;

private:
    std::unique_ptr<sql::ResultSet> result_;
};

// The answers to a script, in its order. They must be taken before anything else is asked of the
// connection.
class Answers {
public:
    // `statement` has been executed, and must outlive the object.
    explicit Answers(sql::Statement& statement) : statement_(statement) {}

    // Throws sql::SQLException where there is none.
    Rows next();
    // Nothing but the script's own end may follow.
    void finish();

private:
    sql::Statement& statement_;
    bool any_ = false;
};

// A parameter; refers to what it is made of.
class Parameter {
public:
    enum class Kind { kNull, kNumber, kText };

    Parameter(std::uint64_t number) : kind_(Kind::kNumber), number_(number) {}
    Parameter(bool flag) : kind_(Kind::kNumber), number_(flag ? 1 : 0) {}
    template <typename Tag>
    Parameter(StrongNumber<Tag> number) : kind_(Kind::kNumber), number_(number.value) {}
    Parameter(std::string_view text) : kind_(Kind::kText), text_(text) {}
    Parameter(const std::string& text) : kind_(Kind::kText), text_(text) {}
    Parameter(const char*) = delete;
    Parameter(Time time) : kind_(Kind::kText), made_(to_sql_datetime(time)) {}
    Parameter(std::nullopt_t) {}
    // An empty string is stored as NULL.
    static Parameter or_null(std::string_view text) { return text.empty() ? Parameter(std::nullopt) : Parameter(text); }

    Kind kind() const { return kind_; }
    std::uint64_t number() const { return number_; }
    std::string_view text() const { return made_.empty() ? text_ : std::string_view(made_); }

private:
    Kind kind_ = Kind::kNull;
    std::uint64_t number_ = 0;
    std::string_view text_;
    std::string made_;
};

// A question that travels in front of a connection's next statement, in its round trip, and whose
// answer comes before the statement's.
class FrontQuestion {
public:
    virtual ~FrontQuestion() = default;

    virtual Statement text() const = 0;  // a SELECT without locks
    virtual std::span<const Parameter> values() const = 0;
    // What it throws ends the call of the statement: nobody gets to see the statement's answer.
    virtual void answered(Rows& rows) = 0;
};

// Not thread-safe. Every call blocks for a round trip, at most read_timeout_s, and throws
// sql::SQLException. The rows of an answer are to be read before the next call.
class DatabaseConnection {
public:
    explicit DatabaseConnection(const DatabaseConfig& config);
    ~DatabaseConnection();
    DatabaseConnection(const DatabaseConnection&) = delete;
    DatabaseConnection& operator=(const DatabaseConnection&) = delete;

    // A SELECT; in a transaction also what changes rows and returns some. The transaction's
    // beginning and a question in front of it share its round trip.
    template <typename... Values>
    Rows query(Statement text, const Values&... values) {
        const Question question = asked(text);
        unsigned index = bind_front(question);
        (bind(question.statement, ++index, Parameter(values)), ...);
        return run_query(question);
    }
    // Gives the number of rows that changed. A question in front of it is asked and answered before
    // it is sent.
    template <typename... Values>
    std::uint64_t update(Statement text, const Values&... values) {
        sql::PreparedStatement& statement = prepared(text);
        unsigned index = 0;
        (bind(statement, ++index, Parameter(values)), ...);
        return run_update(statement);
    }
    // The last statements of a transaction, in one round trip with its COMMIT: `text` is closing()
    // of them.
    void update_closing(Statement text, std::span<const Parameter> values);
    // As many parameters as an IN list or a statement of many rows has.
    Rows query_list(Statement text, std::span<const Parameter> values);
    std::uint64_t update_list(Statement text, std::span<const Parameter> values);

    Answers query_script(const Script& script);
    void run_script(const Script& script);
    // `script` ends with the COMMIT of its transaction.
    void run_closing_script(const Script& script);

    // The two that take a text made at run time: where it differs from call to call or bears the
    // name of a database. Nothing of a client's may be part of it.
    Rows query_text(const std::string& text);
    void run_text(const std::string& text);

    // With the next statement of whichever kind, and no other; nullptr: nothing any more.
    void ask_in_front(FrontQuestion* question) { front_ = question; }

    // The transaction begins with the next statement.
    void begin();
    bool is_begin_pending() const { return begin_pending_; }
    // Whether it is; the caller's next statement begins the transaction.
    bool take_begin() { return std::exchange(begin_pending_, false); }
    void commit();
    // Harmless when no transaction is open.
    void rollback();

    // A COMMIT has been sent and its outcome is unknown.
    bool committing() const { return committing_; }
    std::chrono::steady_clock::time_point last_began() const { return last_began_; }

private:
    // Statements must go before their connection: members are destroyed in reverse order.
    std::unique_ptr<sql::Connection> connection_;
    std::unique_ptr<sql::Statement> plain_;
    // What is prepared: a statement, by itself or as a compound with what goes in front of it.
    struct Key {
        const char* text;
        const char* front;  // nullptr: nothing
        bool begins;        // a transaction

        bool is_compound() const { return front != nullptr || begins; }
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            const std::hash<const void*> of;
            return of(key.text) ^ (of(key.front) << 1U) ^ (key.begins ? 1U : 0U);
        }
    };
    std::unordered_map<Key, std::unique_ptr<sql::PreparedStatement>, KeyHash> prepared_;
    FrontQuestion* front_ = nullptr;
    // A compound ends with a result of its own, without rows; left unread it would be the answer to
    // the next question.
    sql::PreparedStatement* unfinished_ = nullptr;
    std::chrono::steady_clock::time_point last_began_{};
    bool in_transaction_ = false;
    bool begin_pending_ = false;
    bool committing_ = false;

    struct Question {
        sql::PreparedStatement& statement;
        FrontQuestion* front;
        bool is_compound;
    };

    static void bind(sql::PreparedStatement& statement, unsigned index, const Parameter& value);
    static void bind_list(sql::PreparedStatement& statement, std::span<const Parameter> values, unsigned index = 0);
    // Gives the index of the last parameter bound.
    static unsigned bind_front(const Question& question);

    sql::PreparedStatement& prepare(const Key& key);
    Question asked(Statement text);
    sql::PreparedStatement& prepared(Statement text);
    // Nothing of what is sent next may depend on a question in front of it, or begin without its
    // transaction.
    void settle();
    void ask_front_alone();
    void finish_answer();
    void ended();
    Rows run_query(const Question& question);
    std::uint64_t run_update(sql::PreparedStatement& statement);
    void run_plain(const std::string& text);
};

}  // namespace billet::store
