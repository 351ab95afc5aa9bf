// tests/bench/people.h — Those who chat in a measurement, as the load client knows them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/chat/model.h"

namespace billet::bench {

struct Account {
    chat::UserCard card;
    std::string token;  // empty until Database::give_tokens()
};

struct Pair {
    std::size_t one = 0;  // places in the list of accounts
    std::size_t other = 0;
    RoomId room;
};

struct People {
    std::vector<Account> accounts;
    std::vector<Pair> pairs;  // neighbours in the list: 0 and 1, 2 and 3, …
    std::uint64_t messages_per_room = 0;
    std::vector<Cursor> heads;  // of the accounts' logs, once the messages were there

    // The first of them.
    People first(std::size_t count) const;
};

}  // namespace billet::bench
