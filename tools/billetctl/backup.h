// tools/billetctl/backup.h — A dump of the database that is whole or not there, and the way back
// from it.
#pragma once

#include <chrono>
#include <string>

#include "lib/store/whole_database.h"
#include "tools/billetctl/operator.h"

namespace billet::ctl {

struct Backup {
    std::string place;
    std::chrono::seconds wait{60};  // for a migration, another backup or a restore that is at work
};

// Dumps the database into `place`: a file that is not there yet, or a folder, where it gets a name
// with the time. Locks no table; no migration runs beside it. The file stands under its name only
// when it is whole and was read back. Prints its path. Keys are not in it.
// Errors: kConflict (the file is there), kUnavailable (with what failed), kInvalidArgument.
Result<void> back_up(Operator& op, const Backup& request);

struct Restore {
    std::string file;
    bool confirmed = false;         // else it asks on the terminal
    std::chrono::seconds wait{10};  // as for a backup
};

// Replaces the database by a dump: reads the dump to its end first, refuses while anybody is
// connected, loads it, disables again the accounts that were disabled in what it replaced, proves
// that the content keys open the texts, and begins a new epoch, which ends all sessions.
// Cut off anywhere it can be run again; daemons refuse to start before it has ended.
Result<void> restore(Operator& op, const Restore& request);

// What follows the rows of a restored backup, whoever loaded them: disables again whom the restore
// has kept, ends all sessions, begins a new epoch (and prints it), and lets the daemons start.
Result<void> finish_restore(Operator& op, store::WholeDatabase& database);

}  // namespace billet::ctl
