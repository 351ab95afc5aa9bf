// tools/billetctl/dump_client.h — mariadb-dump and mariadb, told by a file in memory how to log in:
// no password in an argument, the environment or on disk.
#pragma once

#include <string>
#include <vector>

#include "lib/base/config/database.h"
#include "tools/billetctl/child.h"

namespace billet::ctl {

// An option file that only this process and its children can open.
Result<Descriptor> client_options(const DatabaseConfig& config);
// PROGRAM --defaults-file=… and nothing of /etc or $HOME.
std::vector<std::string> client_command(const std::string& program, const Descriptor& options);

}  // namespace billet::ctl
