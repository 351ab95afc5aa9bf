// tests/fakes/fake_store.h — chat::Store in memory, with the same rules as the one on MariaDB
// (tests/contract holds both to them).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <string>
#include <vector>

#include "lib/chat/store.h"

namespace billet::fakes {

// A transaction works on a copy of this and replaces it at commit.
struct FakeState {
    struct Account {
        chat::User user;
        std::string password_hash;
        std::string issuer;
        std::string external_id;
        std::optional<Time> sessions_ended_at;
    };

    struct Block {
        UserId blocker;
        UserId blocked;
        std::string blocker_name;  // display names that the two go on seeing of each other
        std::string blocked_name;
    };

    std::map<UserId, Account> users;
    std::map<UserId, chat::LogHead> heads;
    std::map<UserId, std::vector<chat::Event>> events;
    std::map<RoomId, chat::RoomState> rooms;
    std::map<RoomId, std::vector<chat::Message>> messages;
    std::map<std::string, chat::Session> sessions;
    std::vector<Block> blocks;  // in order of blocking
    std::uint64_t next_id = 1;
    std::string epoch = "epoch-1";
};

// Thread-safe: one lock is held for a whole transaction, so transactions are serial.
class FakeStore : public chat::Store {
public:
    FakeState state;
    // The next commits that fail after having happened, as a connection lost during COMMIT does;
    // the body is then run again.
    int lost_commits = 0;
    // The next commits that fail without having happened; the body is then run again, after
    // `meanwhile`.
    int undone_commits = 0;
    std::function<void(FakeState&)> meanwhile;
    // The next transactions that fail before anything happens.
    int failing_transactions = 0;
    // Somebody else holds their locks, and goes on doing so for longer than anybody waits.
    std::set<RoomId> held_rooms;
    // How many rooms each transaction asked for, in order.
    std::vector<std::size_t> asked;
    // Called before each transaction, in its thread.
    std::function<void()> before_transaction;
    // Every call answers kUnavailable.
    bool down = false;
    // ping() says that nothing can be written.
    bool read_only = false;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

    // For tests: a user "name" with an empty log.
    chat::User add_user(const std::string& name);

    void set_deadline(std::chrono::steady_clock::time_point to) override;
    void set_admission(chat::Admission* admission) override;

    Result<void> transact(const std::function<Result<void>(chat::Transaction&)>& body) override;
    Result<chat::User> user(UserId id) override;
    Result<chat::User> user_by_name(std::string_view username) override;
    Result<std::vector<chat::User>> users_by_prefix(std::string_view prefix, std::size_t limit) override;
    Result<chat::Credentials> credentials(std::string_view username) override;
    Result<chat::User> user_by_external_id(std::string_view issuer, std::string_view external_id) override;
    Result<chat::User> create_user(const chat::NewUser& user) override;
    Result<chat::User> set_display_name(UserId id, std::string_view display_name) override;
    Result<void> set_disabled(UserId id, bool disabled) override;
    Result<void> replace_password_hash(UserId id, std::string_view outdated, std::string_view hash) override;
    Result<void> create_session(const chat::Session& session) override;
    Result<chat::Identity> identity(UserId user, std::string_view session_id) override;
    Result<chat::Session> session(std::string_view id) override;
    Result<bool> rotate_session(std::string_view id, std::uint64_t spent, Time expires_at) override;
    Result<void> revoke_session(std::string_view id, UserId user, Time expires_at) override;
    Result<chat::Room> room(RoomId id, UserId viewer) override;
    Result<chat::Acquaintance> acquaintance(UserId self, UserId peer) override;
    Result<chat::RoomPage> rooms(UserId viewer, const std::optional<chat::RoomPosition>& after,
                                 chat::PageBound bound) override;
    Result<chat::HistoryPage> messages(RoomId room, UserId viewer, const chat::HistoryPosition& position,
                                       chat::PageBound bound) override;
    Result<chat::Message> message(MessageId id, UserId viewer) override;
    Result<std::optional<chat::Message>> known_message(RoomId room, UserId sender,
                                                       std::string_view client_msg_id) override;
    Result<chat::RoomState> room_state(RoomId id, UserId viewer) override;
    Result<chat::LogHead> head(UserId user) override;
    Result<chat::EventPage> events(UserId user, Cursor after, chat::PageBound bound) override;
    Result<std::string> epoch() override;
    Result<std::vector<chat::HeadAnswer>> heads(std::span<const chat::HeadQuestion> questions) override;
    Result<chat::BlockPage> blocks(UserId blocker, UserId after, chat::PageBound bound) override;
    Result<void> ping() override;

private:
    std::recursive_mutex mutex_;
    // A store serves one thread; this one stands for those of all, each with its own caller.
    std::map<std::thread::id, chat::Admission*> admissions_;

    chat::Admission* admission() const;

    // Decides about the caller where that is open. With mutex_ held.
    Result<void> admit();

    Result<void> run_once(const std::function<Result<void>(chat::Transaction&)>& body);
    chat::Message seen(const chat::Message& message, UserId viewer) const;
    chat::Room view(const chat::RoomState& state, UserId viewer) const;
};

}  // namespace billet::fakes
