// lib/store/disabling.h — Shutting an account out and letting it in again, for the store and for
// the operator's chores.
#pragma once

#include "lib/base/ids.h"
#include "lib/store/database_connection.h"

namespace billet::store {

// As chat::Store::set_disabled, in a transaction of its own. false: there is no such user. Throws
// sql::SQLException.
bool set_disabled(DatabaseConnection& connection, UserId user, bool disabled);

}  // namespace billet::store
