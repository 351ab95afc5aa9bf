// tools/billetctl/accounts.h — Users, tokens and sessions.
#pragma once

#include <optional>
#include <string>

#include "tools/billetctl/operator.h"

namespace billet::ctl {

struct NewAccount {
    std::string name;
    std::optional<std::string> display_name;
    bool admin = false;
};

// Reads the password from stdin. Prints the new user's id and name.
Result<void> add_user(Operator& op, const NewAccount& account);
// Disabling ends the user's sockets, requests and sessions at once; none of these sessions comes
// back with enabling. Enabling returns when a host's token of the next moment is a new one.
Result<void> disable_user(Operator& op, const std::string& name);
Result<void> enable_user(Operator& op, const std::string& name);
// "ID NAME" a line, for disable_listed() after a backup was restored.
Result<void> list_disabled(Operator& op);
// Reads such lines from stdin. Who is not there, or has another name, is told on stderr.
Result<void> disable_listed(Operator& op);
// Prints the token alone.
Result<void> issue_token(Operator& op, const std::string& name, std::chrono::seconds ttl);
Result<void> revoke_session(Operator& op, const std::string& id);

}  // namespace billet::ctl
