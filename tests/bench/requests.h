// tests/bench/requests.h — What wrk asks for: the requests of each kind, as somebody among the
// people sends them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/people.h"
#include "tests/bench/wrk.h"

namespace billet::bench {

std::vector<Request> healthz(const People& people);
std::vector<Request> own_accounts(const People& people);
// A new message into each room, from both members.
std::vector<Request> sends(const People& people);
// 50 messages: of each room the newest, or those in the middle.
std::vector<Request> newest_pages(const People& people);
std::vector<Request> middle_pages(const People& people);
// 50 events: the last of the messages as they were loaded, none of another type among them.
std::vector<Request> sync_pages(const People& people, const std::string& epoch);
Request sync_page(const Account& account, std::uint64_t from, int limit, const std::string& epoch);
Request room_page(const Account& account, int limit);

}  // namespace billet::bench
