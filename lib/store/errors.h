// lib/store/errors.h — From an SQL error to what to do about it: the only place that knows
// MariaDB's error numbers.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace sql {
class SQLException;
}

namespace billet::store {

enum class Verdict {
    kLost,         // the connection cannot be used any more: the same again on a new one
    kDeadlock,     // the transaction has been rolled back: the same again
    kLockWait,     // only the statement has been rolled back: roll back, then the same again
    kDuplicate,    // a unique key stands already
    kNoReference,  // a row that is referred to does not exist
    kTooLong,      // a value does not fit its column
    // The server takes no writes, for now or because it was demoted: another connection may reach
    // another server.
    kReadOnly,
    kUnavailable,  // full, too many connections: nothing to gain from asking again at once
    kBug,          // anything else: wrong SQL, missing rights, wrong schema
};

Verdict judge(const sql::SQLException& error);

// "1213 (40001): Deadlock found …", for the log.
std::string describe(const sql::SQLException& error);

// The reason of kUnavailable when only writing is impossible.
inline constexpr std::string_view kReadOnlyReason = "read_only";
Error read_only(std::string detail);

// What a caller of the store is told when there is no further try.
Error final_error(Verdict verdict, std::string detail);

}  // namespace billet::store
