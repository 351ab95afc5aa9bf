// lib/store/write_probe.cpp — The statements of the proof.
#include "lib/store/write_probe.h"

#include "lib/store/errors.h"

namespace billet::store {
namespace {

constexpr Statement kReadOnly = "SELECT @@read_only OR @@innodb_read_only";
// There is no user 0. Refused where nothing may be written, without looking for a row.
constexpr Statement kWriteNothing = "UPDATE user_log SET head_cursor = head_cursor WHERE user_id = 0";
// The row stands in nobody's log.
constexpr Statement kWriteRow =
    "INSERT INTO user_events (user_id, `cursor`, type, created_at) VALUES (0, 0, 0, UTC_TIMESTAMP(6))"
    " ON DUPLICATE KEY UPDATE created_at = VALUES(created_at)";

}  // namespace

Result<void> prove_writing(DatabaseConnection& connection, bool thoroughly) {
    {
        Rows rows = connection.query(kReadOnly);
        if (rows.next() && rows.flag(1)) return read_only("the server is read-only");
    }
    connection.update(kWriteNothing);
    if (thoroughly) connection.update(kWriteRow);
    return {};
}

}  // namespace billet::store
