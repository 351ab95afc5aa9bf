// tests/bench/site.cpp — By the product's own store and key files, past HTTP: only what is measured goes through the daemons.
#include "tests/bench/site.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include "lib/base/config.h"
#include "lib/base/text.h"
#include "lib/store/sample_data.h"
#include "lib/store/session.h"
#include "lib/store/store.h"
#include "tests/bench/child.h"
#include "tests/bench/table.h"
#include "tests/bench/usage.h"

namespace billet::bench {
namespace {

constexpr std::size_t kUsersAtOnce = 500;
constexpr std::uint64_t kMessagesAtOnce = 1000;
constexpr std::uint64_t kUnread = 3;
constexpr std::size_t kNewestRooms = 100;  // more than any page of the benchmark
constexpr int kInstancesMax = 99;
constexpr int kRestartTries = 1000;
constexpr std::chrono::milliseconds kTryEvery{20};
constexpr std::chrono::seconds kSettle{1};  // until the bus is up and the first heads are compared

template <typename T>
T must(Result<T> result, const char* what) {
    if (!result) give_up(std::string(what) + ": " + result.error().detail);
    return std::move(result).value();
}

void must(const Result<void>& result, const char* what) {
    if (!result) give_up(std::string(what) + ": " + result.error().detail);
}

pid_t pid_in(const std::string& path) {
    std::ifstream file(path);
    pid_t pid = 0;
    file >> pid;
    return file ? pid : 0;
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

Site::Site(std::string run_dir) : run_dir_(std::move(run_dir)) {
    std::ifstream file(run_dir_ + "/port");
    if (!(file >> port_)) give_up("no stack runs in " + run_dir_);
    base_url_ = "http://127.0.0.1:" + std::to_string(port_);
    config_ = must(load_config(run_dir_ + "/billet.toml", ""), "configuration");
    sealer_ = must(crypto::ContentSealer::from_file(config_.keys.content_file), "content keys");
    tokens_ = must(crypto::Tokens::create(config_.keys, config_.tokens, config_.host_tokens), "token keys");
    store::start_driver();
    store_ = std::make_unique<store::MariaDbStore>(config_.database, sealer_);
}

Site::~Site() = default;

std::vector<pid_t> Site::pids(const std::string& service) const {
    const std::string start = run_dir_ + "/pids/" + service;
    if (const pid_t single = pid_in(start + ".pid"); single > 0) return with_children(single);
    std::vector<pid_t> all;
    for (int i = 1; i <= kInstancesMax; ++i) {
        const pid_t pid = pid_in(start + "-" + std::to_string(i) + ".pid");
        if (pid == 0) break;
        all.push_back(pid);
    }
    if (all.empty()) give_up("no process of " + service + " runs in " + run_dir_);
    return all;
}

std::vector<pid_t> Site::all_pids() const {
    std::vector<pid_t> all;
    for (const char* service : {"api", "nginx", "mariadb", "redis", "wsd"}) {
        const auto some = pids(service);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

// The supervisor starts it again at once; the old socket is gone when the old process is.
void Site::restart_wsd() const {
    const pid_t old = pids("wsd").front();
    kill(old, SIGTERM);
    for (int i = 0; i < kRestartTries; ++i) {
        std::this_thread::sleep_for(kTryEvery);
        const int fd = pids("wsd").front() == old ? -1 : connect_unix(socket("wsd-1"));
        if (fd < 0) continue;
        close(fd);
        std::this_thread::sleep_for(kSettle);
        return;
    }
    give_up("billet-wsd did not come back");
}

std::vector<Account> Site::make_accounts(std::size_t count, const std::string& prefix) {
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

void Site::give_tokens(std::vector<Account>& accounts, std::size_t first, std::size_t count) {
    const Time end = now() + std::chrono::hours{24};
    std::vector<std::jthread> threads;
    constexpr std::size_t kThreads = 8;  // each waits for the disk most of the time
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            store::MariaDbStore store(config_.database, sealer_);
            for (std::size_t i = first + t; i < first + count; i += kThreads) {
                const chat::Session session{.id = random_id(), .user = accounts[i].card.id, .expires_at = end};
                must(store.create_session(session), "making a session");
                accounts[i].token = tokens_->issue_access(session.user, session.id, end);
            }
        });
    }
}

void Site::make_star(const Account& centre, const std::vector<Account>& peers) {
    store::SampleData data(config_.database, *sealer_);
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const auto room = must(data.add_room(centre.card, peers[i].card, now()), "adding a room");
        if (i + kNewestRooms >= peers.size()) fill(data, room, 1);
    }
}

std::vector<Pair> Site::make_pairs(const std::vector<Account>& accounts, std::uint64_t messages) {
    std::vector<Pair> pairs(accounts.size() / 2);
    std::vector<std::jthread> threads;
    constexpr std::size_t kThreads = 4;  // the database's two cores are what it takes long for
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

Cursor Site::head(UserId user) {
    return must(store_->head(user), "reading a head").head;
}

std::string Site::epoch() {
    return must(store_->epoch(), "reading the epoch");
}

}  // namespace billet::bench
