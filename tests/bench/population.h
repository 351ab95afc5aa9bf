// tests/bench/population.h — Everybody who chats in `make bench-against`: made once, the same for
// both stacks, known to each measurement by a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/people.h"
#include "tests/bench/site.h"

namespace billet::bench {

struct Login {
    std::string username;
    std::string password;

    // What registration and log-in are sent.
    std::string json() const;
};

struct Population {
    std::string epoch;
    People writers;    // with many messages
    People talkers;    // with few: they come with sockets
    Account sociable;  // has 10,000 rooms
    std::vector<Login> logins;
};

// In the database of a stack of this build; the accounts with passwords through its front door.
Population make_population(const Site& site, std::uint64_t messages);

// A line for each fact. Both end the process when the file cannot be written or is none of these.
void write_population(const Population& population, const std::string& path);
Population read_population(const std::string& path);

}  // namespace billet::bench
