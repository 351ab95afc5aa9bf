// lib/store/maintenance.h — What only the operator's tool does to the database: a new epoch, ending
// all sessions, sealing again, pruning.
// Everything goes in short transactions beside the running daemons and blocks no reader.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/config/database.h"
#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/chat/message_id.h"

namespace billet::store {

class Retrier;

struct SealedMessage {
    chat::MessagePlace place;
    UserId sender;
    std::uint16_t key_id = 0;
    std::string bytes;
};

// Some of the messages after a place, in the order of the table.
struct SealedPage {
    std::vector<SealedMessage> messages;  // those that are under another key
    std::uint64_t scanned = 0;            // messages looked at
    chat::MessagePlace last;              // where to go on
};

struct Resealed {
    chat::MessagePlace place;
    std::uint16_t old_key_id = 0;
    std::uint16_t key_id = 0;
    std::string bytes;
};

struct DisabledAccount {
    UserId id;
    std::string username;

    bool operator==(const DisabledAccount&) const = default;
};

struct PruneStep {
    std::uint64_t users = 0;   // looked at
    std::uint64_t events = 0;  // deleted
    UserId last;               // where to go on
};

// For one thread. Every call blocks. Errors: kUnavailable (the database is away; what was done
// before stays done), kInternal, both with detail.
class Maintenance {
public:
    explicit Maintenance(DatabaseConfig config);
    ~Maintenance();
    Maintenance(const Maintenance&) = delete;
    Maintenance& operator=(const Maintenance&) = delete;

    // Gives the database a new random epoch: every client reloads instead of resuming. The new one.
    Result<std::string> new_epoch();
    // Ends all sessions of all users: own ones are revoked, and tokens of hosts that were issued up
    // to now are refused, those of users who turn up later as well. How many own sessions that
    // ended. Goes in steps; what was cut short is done again from the start.
    Result<std::uint64_t> end_sessions();

    // In the order of ids.
    Result<std::vector<DisabledAccount>> disabled_accounts();
    // Disables those that exist and have the same name, as billetctl user disable does; the others.
    Result<std::vector<DisabledAccount>> disable_accounts(std::span<const DisabledAccount> accounts);

    // Whether something can be written and committed. kUnavailable says why not.
    Result<void> prove_writing();

    // All messages of all rooms.
    Result<std::uint64_t> message_count();
    // Looks at `limit` messages after a place; the default place is the beginning.
    Result<SealedPage> messages_not_under(std::uint16_t key_id, chat::MessagePlace after, std::size_t limit);
    // One transaction. Replaces those that are still under old_key_id; how many that were.
    Result<std::uint64_t> replace_sealed(std::span<const Resealed> messages);

    Result<std::uint64_t> user_count();
    // Deletes from the logs of up to `limit` users after `after` the events before `cutoff`, a
    // thousand a transaction, and raises their floors.
    Result<PruneStep> prune_events(UserId after, Time cutoff, std::size_t limit);
    // Deletes up to `limit` sessions that ended by themselves before `cutoff`; how many. Revoked
    // ones stay until then too: a host's token lives on as long, and an own one shall go on hearing
    // that its session was ended.
    Result<std::uint64_t> prune_sessions(Time cutoff, std::size_t limit);

private:
    std::unique_ptr<Retrier> retrier_;
};

}  // namespace billet::store
