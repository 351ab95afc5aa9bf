// tests/bench/database.cpp — By the product's own store and key files, past HTTP: only what is
// measured goes through the daemons.
#include "tests/bench/database.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

#include "lib/base/text.h"
#include "lib/store/sample_data.h"
#include "lib/store/connection_settings.h"
#include "lib/store/store.h"
#include "tests/bench/table.h"

namespace billet::bench {
namespace {

constexpr std::size_t kUsersAtOnce = 500;
constexpr std::uint64_t kMessagesAtOnce = 1000;
constexpr std::uint64_t kUnread = 3;
constexpr std::size_t kNewestRooms = 100;  // more than any page of the benchmark

template <typename T>
T must(Result<T> result, const char* what) {
    if (!result) give_up(std::string(what) + ": " + result.error().detail);
    return std::move(result).value();
}

void must(const Result<void>& result, const char* what) {
    if (!result) give_up(std::string(what) + ": " + result.error().detail);
}

// As long as a message usually is: 60 bytes or so.
std::vector<store::SampleMessage> some_messages(std::uint64_t count, Time at) {
    std::vector<store::SampleMessage> messages;
    for (std::uint64_t i = 0; i < count; ++i)
        messages.push_back({.sender = i / 3 % 2,
                            .content = "Did you see it? The draft is in the shared folder, number " + std::to_string(i),
                            .created_at = at});
    return messages;
}

void fill(store::SampleData& data, const chat::RoomState& room, std::uint64_t messages) {
    for (std::uint64_t done = 0; done < messages;) {
        const std::uint64_t share = std::min(kMessagesAtOnce, messages - done);
        must(data.add_messages(room, some_messages(share, now()), kUnread), "adding messages");
        done += share;
    }
}

}  // namespace

Database::Database(const Site& site) {
    config_ = must(load_config(site.run_dir() + "/billet.toml", ""), "configuration");
    sealer_ = must(crypto::ContentSealer::from_file(config_.keys.content_file), "content keys");
    tokens_ = must(crypto::Tokens::create(config_.keys, config_.tokens, config_.host_tokens), "token keys");
    store::start_driver();
    store_ = std::make_unique<store::MariaDbStore>(config_.database, sealer_);
}

Database::~Database() = default;

std::vector<Account> Database::make_accounts(std::size_t count, const std::string& prefix) {
    store::SampleData data(config_.database, *sealer_);
    const std::string batch = random_id().substr(0, 6);
    std::vector<Account> accounts;
    while (accounts.size() < count) {
        std::vector<chat::UserCard> wishes;
        for (std::size_t i = accounts.size(); i < count && wishes.size() < kUsersAtOnce; ++i)
            wishes.push_back({{}, prefix + "-" + batch + "-" + std::to_string(i + 1), "Bench"});
        for (chat::UserCard& card : must(data.add_users(wishes, now()), "adding users"))
            accounts.push_back({std::move(card), {}});
    }
    return accounts;
}

void Database::give_tokens(std::vector<Account>& accounts) {
    const Time end = now() + std::chrono::hours{24};
    std::vector<std::jthread> threads;
    constexpr std::size_t kThreads = 8;  // each waits for the disk most of the time
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            store::MariaDbStore store(config_.database, sealer_);
            for (std::size_t i = t; i < accounts.size(); i += kThreads) {
                const chat::Session session{.id = random_id(), .user = accounts[i].card.id, .expires_at = end};
                must(store.create_session(session), "making a session");
                accounts[i].token = tokens_->issue_access(session.user, session.id, end);
            }
        });
    }
}

People Database::make_people(std::size_t count, const std::string& prefix, std::uint64_t messages) {
    People people{make_accounts(count, prefix), {}, messages / (count / 2), {}};
    const auto begun = std::chrono::steady_clock::now();
    people.pairs = make_pairs(people.accounts, messages);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    progress(counted(messages) + " messages in " + fixed(taken.count(), 0) + " s");
    give_tokens(people.accounts);
    for (const Account& account : people.accounts) people.heads.push_back(head(account.card.id));
    return people;
}

Account Database::make_sociable(std::size_t rooms) {
    std::vector<Account> own = make_accounts(1, "sociable");
    give_tokens(own);
    const std::vector<Account> peers = make_accounts(rooms, "peer");
    store::SampleData data(config_.database, *sealer_);
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const auto room = must(data.add_room(own.front().card, peers[i].card, now()), "adding a room");
        if (i + kNewestRooms >= peers.size()) fill(data, room, 1);
    }
    return own.front();
}

// Four threads: the database's two cores are what it takes long for.
std::vector<Pair> Database::make_pairs(const std::vector<Account>& accounts, std::uint64_t messages) {
    std::vector<Pair> pairs(accounts.size() / 2);
    std::vector<std::jthread> threads;
    constexpr std::size_t kThreads = 4;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            store::SampleData data(config_.database, *sealer_);
            for (std::size_t i = t; i < pairs.size(); i += kThreads) {
                const auto room =
                    must(data.add_room(accounts[2 * i].card, accounts[2 * i + 1].card, now()), "adding a room");
                fill(data, room, messages / pairs.size());
                pairs[i] = {2 * i, 2 * i + 1, room.id};
            }
        });
    }
    threads.clear();
    return pairs;
}

Cursor Database::head(UserId user) {
    return must(store_->head(user), "reading a head").head;
}

std::string Database::epoch() {
    return must(store_->epoch(), "reading the epoch");
}

}  // namespace billet::bench
