// lib/store/disabling.cpp — The account's row and its sessions, in one transaction.
#include "lib/store/disabling.h"

namespace billet::store {
namespace {

constexpr Statement kLockUser = "SELECT disabled_at IS NOT NULL FROM users WHERE id = ? FOR UPDATE";
constexpr Statement kSetDisabled =
    "UPDATE users SET disabled_at = IF(?, COALESCE(disabled_at, UTC_TIMESTAMP(6)), NULL),"
    " sessions_ended_at = UTC_TIMESTAMP(6) WHERE id = ?";
constexpr Statement kEndSessions =
    "UPDATE sessions SET revoked_at = UTC_TIMESTAMP(6) WHERE user_id = ? AND revoked_at IS NULL";

std::optional<bool> disabled_now(DatabaseConnection& connection, UserId user) {
    Rows rows = connection.query(kLockUser, user);
    return rows.next() ? std::optional{rows.flag(1)} : std::nullopt;
}

}  // namespace

bool set_disabled(DatabaseConnection& connection, UserId user, bool disabled) {
    connection.begin();
    const std::optional<bool> was = disabled_now(connection, user);
    if (was && (disabled || *was)) {
        connection.update(kSetDisabled, disabled, user);
        connection.update(kEndSessions, user);
    }
    connection.commit();
    return was.has_value();
}

}  // namespace billet::store
