// lib/store/changes.h — What a transaction writes, in any number, as one script.
#pragma once

#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/script.h"

namespace billet::store {

// With the beginning of the transaction, or with its COMMIT, if told so. Texts of messages are
// sealed here.
Script script_of(const chat::Changes& changes, const crypto::ContentSealer& sealer, bool begin, bool commit);

}  // namespace billet::store
