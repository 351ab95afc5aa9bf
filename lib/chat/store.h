// lib/chat/store.h — Port: durable state. Implemented by lib/store on MariaDB and by tests/fakes in
// memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/chat/events.h"
#include "lib/chat/page.h"
#include "lib/chat/standing.h"

namespace billet::chat {

class Admission;

// A write that concerns a room, before it is decided.
struct RoomQuestion {
    RoomId room;
    UserId member;
    // Of a message that the member may have sent before; empty: none.
    std::string_view client_msg_id;
    // How many messages of the peer lie above it?
    std::optional<Seq> unread_above;
    // How do the member's account and this session of it stand? Empty: nobody asks.
    std::string_view session_id = {};
};

// What to do about locks that others hold.
enum class Patience {
    kWaits,
    kBrief,  // after one lock wait (1 s by default) the answer says that the room is busy
};

struct RoomAnswer {
    // kUnavailable: it is there and cannot be opened.
    Result<std::optional<Message>> known = std::optional<Message>{};
    std::uint64_t unread_above = 0;
    std::optional<Standing> standing;
    bool busy = false;  // others hold locks of this room; all else but the standing is unknown
};

// The rooms that some questions name, as they are now and stay until the transaction ends, with all
// that writing into them needs.
struct LockedRooms {
    std::vector<RoomState> rooms;  // ascending; without those that do not exist
    std::vector<LogHead> heads;    // of all their members, ascending
    // of their members, at least the peers of those who ask; ascending
    std::vector<UserId> disabled;
    // blocker and blocked, members of one room; ascending
    std::vector<std::pair<UserId, UserId>> blocks;
    std::vector<RoomAnswer> answers;  // to the questions, in their order
};

// New messages and events, and rooms and heads as they are to be: all of them locked, or made, by
// the transaction. A room is written without its members and beginning, a head without its floor.
struct Changes {
    std::vector<Message> messages;  // with their ids
    std::vector<RoomState> rooms;
    std::vector<LogHead> heads;
    std::vector<Event> events;

    bool empty() const { return messages.empty() && rooms.empty() && heads.empty() && events.empty(); }
};

// One database transaction at READ COMMITTED. Lock order, always: rooms ascending, then user_log
// rows by ascending user, then accounts, then blocks.
// Every call blocks for a round trip at most, but for two where a lone question has unread_above.
// Any error means that the transaction must end: return it from the body.
class Transaction {
public:
    virtual ~Transaction() = default;

    // Locks rooms and the heads of their members until the end. A question whose room does not
    // exist or is not the member's is no error: its answer is empty.
    virtual Result<LockedRooms> lock_rooms(std::span<const RoomQuestion> questions, Patience patience) = 0;
    // Locks the heads of two different users, ascending. kNotFound when one does not exist.
    virtual Result<std::array<LogHead, 2>> lock_heads(UserId one, UserId other) = 0;
    // Locks one head. kNotFound when the user does not exist.
    virtual Result<LogHead> lock_head(UserId user) = 0;
    // Leaves with the COMMIT, or with the next call that asks something: its error is then theirs.
    virtual Result<void> write(Changes changes) = 0;

    virtual Result<std::optional<RoomId>> find_room(UserId one, UserId other) = 0;
    // `members` ascending. kConflict when the pair has a room already.
    virtual Result<RoomId> insert_room(std::array<UserId, 2> members, Time created_at) = 0;

    virtual Result<bool> is_blocked(UserId one, UserId other) = 0;  // by either; a locking read
    virtual Result<bool> is_disabled(UserId user) = 0;
    // False: it was so already.
    virtual Result<bool> set_block(UserId blocker, UserId blocked, bool on) = 0;
};

// A position in a list of rooms: those after (older than) it follow. From Link headers, opaque to
// clients.
struct RoomPosition {
    Time last_message_at;
    RoomId id;
};

// Two users, as one of them meets the other. Read without locks.
struct Acquaintance {
    UserCard self;
    UserCard peer;
    std::optional<RoomId> room;
    bool can_message = false;  // no block either way, the peer is not disabled
};

struct RoomPage {
    std::vector<Room> rooms;           // most recent activity first
    std::optional<RoomPosition> next;  // while there is more
};

enum class HistoryFrom { kNewest, kBefore, kAfter, kAround };

struct HistoryPosition {
    HistoryFrom from = HistoryFrom::kNewest;
    // Exclusive for before and after; around gives about half a page on both sides, with seq
    // itself.
    Seq seq;
};

struct HistoryPage {
    std::vector<Message> messages;  // ascending by seq
    bool older = false;             // there are messages below the first
    bool newer = false;             // there are messages above the last
};

struct EventPage {
    std::vector<Event> events;  // ascending by cursor, gap-free
    bool more = false;
    LogHead log;  // as of the page
    std::string epoch;
};

struct BlockPage {
    std::vector<User> users;     // ascending by id
    std::optional<UserId> next;  // the position that follows, while there is more
};

struct NewUser {
    std::string username;
    std::string display_name;
    std::string password_hash;  // empty: no password login
    std::string issuer;         // of a host's user, else empty
    std::string external_id;
    Role role = Role::kUser;
};

struct Credentials {
    User user;
    std::string password_hash;  // empty: none
};

struct Session {
    std::string id;
    UserId user;
    std::uint64_t refresh_generation = 0;  // of the one refresh token that is not spent
    Time expires_at;
    bool revoked = false;
};

// A user with the session that a token names; `session` is empty when the row does not exist.
struct Identity {
    User user;
    std::optional<Session> session;
    // Tokens of a host that were issued up to then are refused.
    std::optional<Time> sessions_ended_at;
};

// The session has been revoked, or began before all sessions of its user were ended.
bool is_ended(const Identity& identity, std::string_view session_id);

enum class SessionState { kOk, kDisabled, kRevoked };

inline constexpr std::size_t kHeadQuestionsMax = 500;

struct HeadQuestion {
    UserId user;
    std::string session_id;
};

struct HeadAnswer {
    Cursor head;
    SessionState state = SessionState::kOk;
};

// The store by roles: a use case names those that it needs, and a fake is written for one of them.
// Every call blocks for at most the configured deadlines and may answer kUnavailable (nothing was
// stored, or ask again).

class Transactions {
public:
    virtual ~Transactions() = default;

    // Runs `body` in a transaction and commits when it returns success; rolls back when it returns
    // an error and gives that error back. On a deadlock, a lock wait time-out or a lost connection
    // the body is run again from the start on a sound connection (at most 3 times inside the
    // request's deadline, then kUnavailable), also after a COMMIT whose outcome is unknown: a body
    // must therefore be repeatable and find out by itself (client_msg_id, marks that only move
    // forward) what has been done already.
    virtual Result<void> transact(const std::function<Result<void>(Transaction&)>& body) = 0;
    // No try of any call of the store begins after this moment; it stands until it is set again.
    // Without one only the number of tries is bounded.
    virtual void set_deadline(std::chrono::steady_clock::time_point deadline) = 0;
};

// kNotFound when there is no such user.
class UserStore {
public:
    virtual ~UserStore() = default;

    virtual Result<User> user(UserId id) = 0;
    virtual Result<User> user_by_name(std::string_view username) = 0;
    virtual Result<std::vector<User>> users_by_prefix(std::string_view prefix, std::size_t limit) = 0;
    virtual Result<Credentials> credentials(std::string_view username) = 0;
    virtual Result<User> user_by_external_id(std::string_view issuer, std::string_view external_id) = 0;
    // Also makes the user's empty event log. kConflict: the username (or issuer and external id) is
    // taken.
    virtual Result<User> create_user(const NewUser& user) = 0;
    virtual Result<User> set_display_name(UserId id, std::string_view display_name) = 0;
    // Disabling, and enabling what was disabled, ends all sessions of the user for good: own ones
    // are revoked, and tokens of a host that were issued up to now are refused from now on.
    // Enabling what is enabled does nothing.
    virtual Result<void> set_disabled(UserId id, bool disabled) = 0;
    // Replaces the hash of a user's password by another one of the same password. Does nothing when
    // it is not `outdated` any more: the password was changed meanwhile, and stays so.
    virtual Result<void> replace_password_hash(UserId id, std::string_view outdated, std::string_view hash) = 0;
};

class SessionStore {
public:
    virtual ~SessionStore() = default;

    // kAccountDisabled, kNotFound: of the user, as they are when the row is made. No session begins
    // unseen beside a disabling.
    virtual Result<void> create_session(const Session& session) = 0;
    // kNotFound: no such user
    virtual Result<Identity> identity(UserId user, std::string_view session_id) = 0;
    virtual Result<Session> session(std::string_view id) = 0;
    // Moves refresh_generation from `spent` to spent + 1 and sets expires_at, atomically. false: it
    // was not `spent` (any more), or revoked.
    virtual Result<bool> rotate_session(std::string_view id, std::uint64_t spent, Time expires_at) = 0;
    // Creates the row when it does not exist (tokens of a host have none until they are revoked).
    // Idempotent.
    virtual Result<void> revoke_session(std::string_view id, UserId user, Time expires_at) = 0;
};

// Rooms as `viewer` sees them; kNotFound for whoever is not a member. A page ends where either of
// its bounds is reached.
class RoomStore {
public:
    virtual ~RoomStore() = default;

    virtual Result<Room> room(RoomId id, UserId viewer) = 0;
    // kNotFound when one of the two users does not exist.
    virtual Result<Acquaintance> acquaintance(UserId self, UserId peer) = 0;
    virtual Result<RoomPage> rooms(UserId viewer, const std::optional<RoomPosition>& after, PageBound bound) = 0;
    // Membership alone: the room's row. kNotFound for whoever is not a member.
    virtual Result<RoomState> room_state(RoomId id, UserId viewer) = 0;
};

// Messages as `viewer` sees them; kNotFound for whoever is not a member of their room. A page ends
// where either of its bounds is reached: it goes away from its position (around one: to both sides
// by turns), and so has no hole and leaves none beside the position.
class MessageStore {
public:
    virtual ~MessageStore() = default;

    virtual Result<HistoryPage> messages(RoomId room, UserId viewer, const HistoryPosition& position,
                                         PageBound bound) = 0;
    virtual Result<Message> message(MessageId id, UserId viewer) = 0;
    virtual Result<std::optional<Message>> known_message(RoomId room, UserId sender,
                                                         std::string_view client_msg_id) = 0;
};

class EventLog {
public:
    virtual ~EventLog() = default;

    virtual Result<LogHead> head(UserId user) = 0;
    // A page of no items tells where the log stands. kNotFound: no such user.
    virtual Result<EventPage> events(UserId user, Cursor after, PageBound bound) = 0;
    virtual Result<std::string> epoch() = 0;
    // At most kHeadQuestionsMax, else kInvalidArgument.
    virtual Result<std::vector<HeadAnswer>> heads(std::span<const HeadQuestion> questions) = 0;
};

class BlockStore {
public:
    virtual ~BlockStore() = default;

    // Whom `blocker` has blocked, in order of ids: those above `after`.
    virtual Result<BlockPage> blocks(UserId blocker, UserId after, PageBound bound) = 0;
};

class StoreHealth {
public:
    virtual ~StoreHealth() = default;

    // Whether the database can be read and written; for /readyz. Cheap, and remembered for a second
    // by all stores of a process together.
    // kUnavailable; with reason "read_only" when it only cannot be written.
    virtual Result<void> ping() = 0;
};

// All of them on one connection. Thread-compatible: one Store per worker thread.
class Store : public Transactions,
              public UserStore,
              public SessionStore,
              public RoomStore,
              public MessageStore,
              public EventLog,
              public BlockStore,
              public StoreHealth {
public:
    // For whom the calls are that follow; nullptr: for nobody in particular. While the admission is
    // open, the next call that asks anything decides about it: the caller's rows come with its own
    // first answer, and in time before anything is written. Once it is refused, every call but
    // identity() gives the refusal. It must outlive its use.
    virtual void set_admission(Admission* admission) = 0;
};

}  // namespace billet::chat
