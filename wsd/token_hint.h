// wsd/token_hint.h — Whether this may be a token, and whose it seems to be, before the api has said
// so.
#pragma once

#include <optional>
#include <string_view>

#include "lib/base/ids.h"

namespace billet::wsd {

// Of the size and the characters that the api takes; others need not be asked about, nor could they
// stand in a header.
bool is_token(std::string_view text);

// The number in the token's `sub`, unverified; nullopt when there is none. Only good for
// subscribing to a channel early: what arrives there is held back until the api has named the user,
// and thrown away when it names another one.
std::optional<UserId> user_hint(std::string_view token);

}  // namespace billet::wsd
