// tools/billetctl/database.h — Chores on the database: a new epoch after a restored backup, and pruning the event logs.
#pragma once

#include "tools/billetctl/operator.h"

namespace billet::ctl {

// Prints the new epoch.
Result<void> start_epoch(Operator& op);
// Deletes events older than [limits] events_keep_days. Messages stay. Can be interrupted and run again.
Result<void> prune_events(Operator& op);

}  // namespace billet::ctl
