// tests/bench/database.h — People and messages made straight in a stack's database, by the store of
// this very build.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/crypto/tokens.h"
#include "tests/bench/people.h"
#include "tests/bench/site.h"

namespace billet::bench {

// Only for a stack of this build: its configuration, key files and tables must be ours.
class Database {
public:
    explicit Database(const Site& site);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Fresh accounts, without tokens.
    std::vector<Account> make_accounts(std::size_t count, const std::string& prefix);
    // A session for each, for one who sends requests as them.
    void give_tokens(std::vector<Account>& accounts);
    // Fresh accounts with tokens, in pairs, with so many messages in all.
    People make_people(std::size_t count, const std::string& prefix, std::uint64_t messages);
    // Someone with so many rooms and a token; the newest hundred, which pages show, have a message.
    Account make_sociable(std::size_t rooms);
    // Highest event of the user's log.
    Cursor head(UserId user);
    std::string epoch();

private:
    Config config_;
    std::shared_ptr<crypto::ContentSealer> sealer_;
    std::unique_ptr<crypto::Tokens> tokens_;
    std::unique_ptr<chat::Store> store_;

    std::vector<Pair> make_pairs(const std::vector<Account>& accounts, std::uint64_t messages);
};

}  // namespace billet::bench
