// tests/bench/requests.cpp — Paths.
#include "tests/bench/requests.h"

#include <algorithm>
#include <cstdint>

namespace billet::bench {
namespace {

constexpr std::uint64_t kEventsBack = 60;  // more than a page: its last events are not the log's

std::string history_path(const Pair& pair, const std::string& position) {
    return "/chat/rooms/" + std::to_string(pair.room.value) + "/messages?limit=50" + position;
}

}  // namespace

std::vector<Request> healthz(const People& people) {
    return {{people.accounts.front().token, "/healthz"}};
}

std::vector<Request> own_accounts(const People& people) {
    std::vector<Request> requests;
    for (const Account& account : people.accounts) requests.push_back({account.token, "/users/me"});
    return requests;
}

std::vector<Request> sends(const People& people) {
    std::vector<Request> requests;
    for (const Pair& pair : people.pairs) {
        for (const std::size_t sender : {pair.one, pair.other})
            requests.push_back({people.accounts[sender].token, "/send/" + std::to_string(pair.room.value)});
    }
    return requests;
}

std::vector<Request> newest_pages(const People& people) {
    std::vector<Request> requests;
    for (const Pair& pair : people.pairs) requests.push_back({people.accounts[pair.one].token, history_path(pair, "")});
    return requests;
}

std::vector<Request> middle_pages(const People& people) {
    std::vector<Request> requests;
    const std::string seq = std::to_string(std::max<std::uint64_t>(52, people.messages_per_room / 2));
    for (const Pair& pair : people.pairs)
        requests.push_back({people.accounts[pair.one].token, history_path(pair, "&before_seq=" + seq)});
    return requests;
}

std::vector<Request> sync_pages(const People& people, const std::string& epoch) {
    std::vector<Request> requests;
    for (const Pair& pair : people.pairs)
        requests.push_back(sync_page(people.accounts[pair.one], people.heads[pair.one].value - kEventsBack, 50, epoch));
    return requests;
}

Request sync_page(const Account& account, std::uint64_t from, int limit, const std::string& epoch) {
    return {account.token,
            "/chat/sync?limit=" + std::to_string(limit) + "&cursor=" + std::to_string(from) + "&epoch=" + epoch};
}

Request room_page(const Account& account, int limit) {
    return {account.token, "/chat/rooms?limit=" + std::to_string(limit)};
}

}  // namespace billet::bench
