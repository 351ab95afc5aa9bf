// lib/store/store.h — chat::Store on MariaDB.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "lib/base/config/database.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/server_health.h"

namespace billet::store {

class Retrier;

// One connection, opened at the first call and again after a loss. Thread-compatible: one object
// per worker thread.
// start_driver() (connection_settings.h) must have been called before threads start.
//
// What is awaited, and how long: a statement at most read_timeout_s, a lock at most
// lock_wait_timeout_s, a connection at most connect_timeout_s. A database that is gone is
// kUnavailable at once, one that hangs after one read_timeout_s. Reads outside of transactions are
// repeated like transactions.
// Messages that cannot be opened make the call that would have given them kUnavailable, see rows.h.
class MariaDbStore : public chat::Store {
public:
    // `server` is shared by all stores of a process: what one finds out about the server, all know.
    MariaDbStore(const DatabaseConfig& config, std::shared_ptr<const crypto::ContentSealer> sealer,
                 std::shared_ptr<ServerHealth> server = std::make_shared<ServerHealth>());
    ~MariaDbStore() override;

    void set_deadline(std::chrono::steady_clock::time_point deadline) override;
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
    // Gap-free: a hole in the log is kInternal.
    Result<chat::EventPage> events(UserId user, Cursor after, chat::PageBound bound) override;
    Result<std::string> epoch() override;
    // A user who does not exist is kRevoked.
    Result<std::vector<chat::HeadAnswer>> heads(std::span<const chat::HeadQuestion> questions) override;

    Result<chat::BlockPage> blocks(UserId blocker, UserId after, chat::PageBound bound) override;
    Result<void> ping() override;

private:
    std::unique_ptr<Retrier> retrier_;
    std::shared_ptr<const crypto::ContentSealer> sealer_;
};

}  // namespace billet::store
