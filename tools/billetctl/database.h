// tools/billetctl/database.h — Chores on the database: a new epoch after a restored backup, and
// pruning event logs and sessions.
#pragma once

#include "tools/billetctl/operator.h"

namespace billet::ctl {

// Ends all sessions of all users, then makes the new epoch and prints it.
Result<void> start_epoch(Operator& op);
// Deletes events older than [limits] events_keep_days, and sessions that ended by themselves more
// than a day ago. Messages stay. Can be interrupted and run again.
Result<void> prune(Operator& op);

}  // namespace billet::ctl
