// tests/bench/opening.h — Crowds of our people: where they connect, what they say first, what their
// coming costs.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/crowd.h"
#include "tests/bench/people.h"
#include "tests/bench/site.h"

namespace billet::bench {

Target straight(const Site& site);  // to its first billet-wsd
Target through_nginx(const Site& site);

std::string hello_of(const Account& account);
// Of so many clients; the people take turns.
std::vector<std::string> hellos(const People& people, std::size_t count);

// CPU of all that came, µs.
struct Opened {
    double wsd_us = 0;
    double all_us = 0;
};
Opened open_crowd(const Site& site, Crowd& crowd, const std::vector<std::string>& hellos);

// After a crowd has gone, the server has its descriptors to close.
void wait_until_empty(const Site& site, const std::string& service);

}  // namespace billet::bench
