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
// Disabling ends the user's sockets and requests at once; tokens work again once enabled.
Result<void> disable_user(Operator& op, const std::string& name);
Result<void> enable_user(Operator& op, const std::string& name);
// Prints the token alone.
Result<void> issue_token(Operator& op, const std::string& name, std::chrono::seconds ttl);
Result<void> revoke_session(Operator& op, const std::string& id);

}  // namespace billet::ctl
