// tests/bench/site.h — A stack that is measured: its places, its processes, and people and messages made straight in its database.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/config.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/crypto/tokens.h"

namespace billet::bench {

struct Account {
    chat::UserCard card;
    std::string token;  // empty until give_tokens()
};

struct Pair {
    std::size_t one = 0;  // places in the list of accounts
    std::size_t other = 0;
    RoomId room;
};

class Site {
public:
    explicit Site(std::string run_dir);
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    const std::string& base_url() const { return base_url_; }
    int port() const { return port_; }
    std::string socket(const std::string& name) const { return run_dir_ + "/sock/" + name + ".sock"; }
    const Config& config() const { return config_; }

    // Processes of "api", "nginx", "mariadb", "redis", "wsd": all instances, with nginx' workers.
    std::vector<pid_t> pids(const std::string& service) const;
    std::vector<pid_t> all_pids() const;

    // Its memory is as at the start again.
    void restart_wsd() const;

    // Fresh accounts, without tokens.
    std::vector<Account> make_accounts(std::size_t count, const std::string& prefix);
    // A session for each, for one who sends requests as them.
    void give_tokens(std::vector<Account>& accounts, std::size_t first, std::size_t count);
    // A room of `centre` with each of `peers`; the newest hundred, which pages show, have a message.
    void make_star(const Account& centre, const std::vector<Account>& peers);
    // Rooms between neighbours in the list (0 and 1, 2 and 3, …), `messages` in all, by two threads.
    std::vector<Pair> make_pairs(const std::vector<Account>& accounts, std::uint64_t messages);
    // Highest event of the user's log.
    Cursor head(UserId user);
    std::string epoch();

private:
    std::string run_dir_;
    std::string base_url_;
    int port_ = 0;
    Config config_;
    std::shared_ptr<crypto::ContentSealer> sealer_;
    std::unique_ptr<crypto::Tokens> tokens_;
    std::unique_ptr<chat::Store> store_;
};

}  // namespace billet::bench
