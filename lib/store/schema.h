// lib/store/schema.h — Whether the database has the schema that this build was written for, and
// keeps what it is given.
#pragma once

#include <string_view>

#include "lib/base/config/database.h"
#include "lib/base/result.h"

namespace billet::store {

// The newest change of sql/sqitch.plan. A change that is added there moves this.
inline constexpr std::string_view kSchemaChange = "message_ids_epoch";

// To be called at start, before work is taken. Also refuses a configuration whose lock waits are
// not shorter than its reads.
// Errors: kInvalidArgument, whose detail says what is wrong and which command to run; kUnavailable
// when the database cannot be reached.
Result<void> check_schema(const DatabaseConfig& config);

// Whether a COMMIT that was answered outlives a power cut, by the server's settings. Errors as
// above.
Result<void> check_durability(const DatabaseConfig& config);

}  // namespace billet::store
