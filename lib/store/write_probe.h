// lib/store/write_probe.h — Proving that the database can be written.
#pragma once

#include "lib/base/result.h"
#include "lib/store/database_connection.h"

namespace billet::store {

// A statement that needs the right to write and changes nothing costs no more than a question.
// `thoroughly`: a row is written and committed as well, which also proves that there is room on the
// disks and that commits do not hang. Throws sql::SQLException.
// kUnavailable with reason "read_only" also for a user whom read_only does not stop.
Result<void> prove_writing(DatabaseConnection& connection, bool thoroughly);

}  // namespace billet::store
