// lib/store/store_users.cpp — Users, sessions and blocks.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "lib/base/session_id.h"
#include "lib/store/retrier.h"
#include "lib/store/disabling.h"
#include "lib/store/errors.h"
#include "lib/store/identity.h"
#include "lib/store/names.h"
#include "lib/store/rows.h"
#include "lib/store/store.h"

namespace billet::store {
namespace {

constexpr auto kUser = "SELECT " + kUserColumns + " FROM users u WHERE u.id = ?";
constexpr auto kCredentials = "SELECT " + kUserColumns + ", u.password_hash FROM users u WHERE u.username = ?";
constexpr auto kUserByExternalId = "SELECT " + kUserColumns + " FROM users u WHERE u.issuer = ? AND u.external_id = ?";
constexpr auto kUsersByPrefix =
    "SELECT " + kUserColumns + " FROM users u WHERE u.username >= ? AND u.username <= ? ORDER BY u.username LIMIT ?";
// Whoever turns up after a restored backup may have been known, and have signed out, before it.
constexpr Statement kInsertUser =
    "INSERT INTO users (username, display_name, role, password_hash, issuer, external_id, created_at, "
    "sessions_ended_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT value FROM meta WHERE name = 'sessions_ended_at' LOCK IN SHARE MODE))"
    " RETURNING id";
constexpr Statement kInsertLog = "INSERT INTO user_log (user_id) VALUES (?)";
constexpr Statement kSetDisplayName = "UPDATE users SET display_name = ? WHERE id = ?";
constexpr Statement kReplacePasswordHash = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?";

// The account's row is locked, as its disabling locks it: a session comes before that, and is ended
// by it, or does not come.
constexpr Statement kInsertSession =
    "INSERT INTO sessions (id, user_id, refresh_generation, created_at, expires_at, revoked_at)"
    " SELECT ?, u.id, ?, UTC_TIMESTAMP(6), ?, IF(?, UTC_TIMESTAMP(6), NULL) FROM users u"
    " WHERE u.id = ? AND u.disabled_at IS NULL LOCK IN SHARE MODE";
constexpr auto kSession = "SELECT " + kSessionColumns + " FROM sessions s WHERE s.id = ?";
constexpr Statement kRotateSession =
    "UPDATE sessions SET refresh_generation = refresh_generation + 1, expires_at = ?"
    " WHERE id = ? AND refresh_generation = ? AND revoked_at IS NULL";
constexpr Statement kRevokeSession =
    "INSERT INTO sessions (id, user_id, refresh_generation, created_at, expires_at, revoked_at)"
    " VALUES (?, ?, 0, UTC_TIMESTAMP(6), ?, UTC_TIMESTAMP(6))"
    " ON DUPLICATE KEY UPDATE revoked_at = COALESCE(revoked_at, VALUES(revoked_at))";

constexpr auto kBlocks =
    "SELECT " + user_columns("COALESCE(b.blocked_name, u.display_name)") +
    " FROM blocks b STRAIGHT_JOIN users u ON u.id = b.blocked_id WHERE b.blocker_id = ? AND b.blocked_id > ?"
    " ORDER BY b.blocked_id LIMIT ?";

// Sorts behind every character that a username may have.
constexpr std::string_view kAfterNames = "~";

Result<chat::User> one_user(Rows rows) {
    if (!rows.next()) return make_error(Code::kNotFound);
    Columns columns(rows);
    return read_user(columns);
}

Result<chat::Credentials> find_credentials(DatabaseConnection& connection, std::string_view username) {
    Rows rows = connection.query(kCredentials, username);
    if (!rows.next()) return make_error(Code::kNotFound);
    Columns columns(rows);
    return chat::Credentials{.user = read_user(columns), .password_hash = columns.text()};
}

// A user and the log that numbers their events, or neither.
UserId insert_user(DatabaseConnection& connection, const chat::NewUser& user) {
    const std::string_view role = user.role == chat::Role::kAdmin ? "admin" : "user";
    connection.begin();
    Rows rows =
        connection.query(kInsertUser, user.username, user.display_name, role, Parameter::or_null(user.password_hash),
                         Parameter::or_null(user.issuer), Parameter::or_null(user.external_id), now());
    rows.next();
    const UserId id{rows.number(1)};
    connection.update(kInsertLog, id);
    connection.commit();
    return id;
}

// The name is taken; by our own earlier attempt, whose COMMIT was answered by a lost connection?
// Password hashes are salted, so an equal one is ours. (For a host's user the caller looks the
// external id up after a conflict anyway.)
Result<chat::User> taken_name(DatabaseConnection& connection, const chat::NewUser& user, int attempt) {
    connection.rollback();
    if (attempt > 1 && !user.password_hash.empty()) {
        auto found = find_credentials(connection, user.username);
        if (found && found->password_hash == user.password_hash) return found->user;
    }
    return make_error(Code::kConflict, "the username or the external id is taken");
}

// Why a session was not made.
Error no_session(DatabaseConnection& connection, UserId user) {
    const auto found = one_user(connection.query(kUser, user));
    return found && found->disabled ? make_error(Code::kAccountDisabled) : make_error(Code::kNotFound);
}

Result<chat::Session> find_session(DatabaseConnection& connection, std::string_view id) {
    Rows rows = connection.query(kSession, id);
    if (!rows.next()) return make_error(Code::kNotFound);
    Columns columns(rows);
    return read_session(columns);
}

}  // namespace

Result<chat::User> MariaDbStore::user(UserId id) {
    return retrier_->run(
        [&](DatabaseConnection& connection, int /*attempt*/) { return one_user(connection.query(kUser, id)); });
}

Result<chat::User> MariaDbStore::user_by_name(std::string_view username) {
    auto found = credentials(username);
    if (!found) return std::move(found).error();
    return std::move(found->user);
}

Result<std::vector<chat::User>> MariaDbStore::users_by_prefix(std::string_view prefix, std::size_t limit) {
    if (!can_be_name(prefix)) return std::vector<chat::User>{};
    const std::string last = std::string(prefix).append(kAfterNames);
    const std::uint64_t count = limit;
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<std::vector<chat::User>> {
        std::vector<chat::User> users;
        for (Rows rows = connection.query(kUsersByPrefix, prefix, last, count); rows.next();) {
            Columns columns(rows);
            users.push_back(read_user(columns));
        }
        return users;
    });
}

Result<chat::Credentials> MariaDbStore::credentials(std::string_view username) {
    if (!can_be_name(username)) return make_error(Code::kNotFound);
    return retrier_->run(
        [&](DatabaseConnection& connection, int /*attempt*/) { return find_credentials(connection, username); });
}

Result<chat::User> MariaDbStore::user_by_external_id(std::string_view issuer, std::string_view external_id) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) {
        return one_user(connection.query(kUserByExternalId, issuer, external_id));
    });
}

Result<chat::User> MariaDbStore::create_user(const chat::NewUser& user) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int attempt) -> Result<chat::User> {
        try {
            const UserId id = insert_user(connection, user);
            return one_user(connection.query(kUser, id));
        } catch (const sql::SQLException& error) {
            if (judge(error) == Verdict::kDuplicate) return taken_name(connection, user, attempt);
            throw;
        }
    });
}

Result<chat::User> MariaDbStore::set_display_name(UserId id, std::string_view display_name) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int /*attempt*/) {
        connection.update(kSetDisplayName, display_name, id);
        return one_user(connection.query(kUser, id));
    });
}

Result<void> MariaDbStore::set_disabled(UserId id, bool disabled) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int /*attempt*/) -> Result<void> {
        if (!store::set_disabled(connection, id, disabled)) return make_error(Code::kNotFound);
        return {};
    });
}

Result<void> MariaDbStore::replace_password_hash(UserId id, std::string_view outdated, std::string_view hash) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int /*attempt*/) -> Result<void> {
        connection.update(kReplacePasswordHash, hash, id, outdated);
        return {};
    });
}

Result<void> MariaDbStore::create_session(const chat::Session& session) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int attempt) -> Result<void> {
        try {
            const std::uint64_t made = connection.update(kInsertSession, session.id, session.refresh_generation,
                                                         session.expires_at, session.revoked, session.user);
            if (made == 0) return no_session(connection, session.user);
            return {};
        } catch (const sql::SQLException& error) {
            // Ids are random: on a later attempt the row is our own, written just before the
            // connection was lost.
            if (attempt > 1 && judge(error) == Verdict::kDuplicate) return {};
            throw;
        }
    });
}

Result<chat::Identity> MariaDbStore::identity(UserId user, std::string_view session_id) {
    return retrier_->run_for_nobody(
        [&](DatabaseConnection& connection, int /*attempt*/) { return find_identity(connection, user, session_id); });
}

Result<chat::Session> MariaDbStore::session(std::string_view id) {
    if (!can_be_name(id)) return make_error(Code::kNotFound);
    return retrier_->run(
        [&](DatabaseConnection& connection, int /*attempt*/) { return find_session(connection, session_row_id(id)); });
}

Result<bool> MariaDbStore::rotate_session(std::string_view id, std::uint64_t spent, Time expires_at) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int attempt) -> Result<bool> {
        if (connection.update(kRotateSession, expires_at, id, spent) > 0) return true;
        if (attempt == 1) return false;
        // Our own earlier attempt may have moved it before its connection was lost: the moment, in
        // microseconds, tells.
        auto found = find_session(connection, id);
        return found && !found->revoked && found->refresh_generation == spent + 1 && found->expires_at == expires_at;
    });
}

Result<void> MariaDbStore::revoke_session(std::string_view id, UserId user, Time expires_at) {
    return retrier_->run_writing([&](DatabaseConnection& connection, int /*attempt*/) -> Result<void> {
        connection.update(kRevokeSession, session_row_id(id), user, expires_at);
        return {};
    });
}

Result<chat::BlockPage> MariaDbStore::blocks(UserId blocker, UserId after, chat::PageBound bound) {
    // One more than the page tells whether there is a next one.
    const std::uint64_t count = bound.items + 1;
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::BlockPage> {
        chat::BlockPage page;
        chat::PageMeter meter(bound);
        for (Rows rows = connection.query(kBlocks, blocker, after, count); rows.next();) {
            Columns columns(rows);
            chat::User user = read_user(columns);
            if (!meter.takes(chat::weight_of(user))) {
                page.next = page.users.back().id;
                break;
            }
            page.users.push_back(std::move(user));
        }
        return page;
    });
}

}  // namespace billet::store
