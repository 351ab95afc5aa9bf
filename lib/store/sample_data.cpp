// lib/store/sample_data.cpp — Rows in blocks of 64, 8 and 1 to a statement; everything else as any
// other writer does it.
#include "lib/store/sample_data.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "lib/chat/numbering.h"
#include "lib/store/retrier.h"
#include "lib/store/errors.h"
#include "lib/store/events.h"
#include "lib/store/inserts.h"
#include "lib/store/transaction.h"

namespace billet::store {
namespace {

constexpr Statement kInsertUser =
    "INSERT INTO users (username, display_name, created_at) VALUES (?, ?, ?) RETURNING id";
constexpr Statement kInsertLog = "INSERT INTO user_log (user_id) VALUES (?)";
struct MessageRow {
    chat::Message message;  // without its content
    crypto::Sealed sealed;
};

std::array<Parameter, kMessageValues> values_of(const MessageRow& row) {
    return store::values_of(row.message, row.sealed);
}

// Takes blocks of a statement's rows off the front of `rows`.
template <std::size_t RowCount, typename Row>
void insert_blocks(DatabaseConnection& connection, Statement text, std::span<const Row>& rows) {
    for (; rows.size() >= RowCount; rows = rows.subspan(RowCount)) {
        using store::values_of;  // beside those of MessageRow
        std::vector<Parameter> values;
        for (const Row& row : rows.first(RowCount)) std::ranges::copy(values_of(row), std::back_inserter(values));
        connection.update_list(text, values);
    }
}

void insert_events(DatabaseConnection& connection, std::span<const chat::EventRow> rows) {
    insert_blocks<64>(connection, kInsertEvents<64>, rows);
    insert_blocks<8>(connection, kInsertEvents<8>, rows);
    insert_blocks<1>(connection, kInsertEvents<1>, rows);
}

void insert_messages(DatabaseConnection& connection, std::span<const MessageRow> rows) {
    insert_blocks<64>(connection, kInsertMessages<64>, rows);
    insert_blocks<8>(connection, kInsertMessages<8>, rows);
    insert_blocks<1>(connection, kInsertMessages<1>, rows);
}

// A room with its two logs, growing.
class Growth {
public:
    // Of one room.
    explicit Growth(chat::LockedRooms& locked) : state_(locked.rooms.front()), heads_(locked.heads) {}

    void append(const SampleMessage& message, const crypto::ContentSealer& sealer) {
        const UserId sender = state_.members[message.sender];
        const std::size_t peer = 1 - message.sender;
        state_.last_seq = state_.last_seq.next();
        state_.last_message_at = std::max(message.created_at, state_.last_message_at);
        messages.push_back({.message = {.id = {},
                                        .room = state_.id,
                                        .seq = state_.last_seq,
                                        .sender = sender,
                                        .client_msg_id = "sample-" + std::to_string(state_.last_seq.value),
                                        .content = {},
                                        .created_at = state_.last_message_at,
                                        .is_read = false},
                            .sealed = sealer.seal(state_.id, state_.last_seq, sender, message.content)});
        chat::set_unread(state_.unread[peer], heads_[peer], state_.unread[peer] + 1);
        for (const std::size_t i : {std::size_t{0}, std::size_t{1}})
            add_event(i, chat::MessageEvent::kType, state_.last_seq, UserId{});
    }

    // The reader's mark moves to `mark`, after which `unread` messages of the other are left.
    void read(std::size_t reader, Seq mark, std::uint64_t unread) {
        if (mark <= state_.read_seq[reader]) return;
        state_.read_seq[reader] = mark;
        chat::set_unread(state_.unread[reader], heads_[reader], unread);
        for (const std::size_t i : {std::size_t{0}, std::size_t{1}})
            add_event(i, chat::ReadEvent::kType, mark, state_.members[reader]);
    }

    std::vector<MessageRow> messages;
    std::vector<chat::EventRow> events;

private:
    chat::RoomState& state_;
    std::vector<chat::LogHead>& heads_;

    void add_event(std::size_t member, const chat::EventType& type, Seq seq, UserId actor) {
        events.push_back({.user = state_.members[member],
                          .cursor = chat::take_cursor(heads_[member]),
                          .type = type.number,
                          .room = state_.id,
                          .seq = seq,
                          .actor = actor,
                          .flag = false,
                          .unread_count = state_.unread[member],
                          .total_unread = heads_[member].total_unread,
                          .payload = {},
                          .created_at = state_.last_message_at,
                          .message = {}});
    }
};

chat::Event created_event(const chat::RoomState& room, std::size_t member, const chat::UserCard& peer,
                          chat::LogHead& head) {
    chat::Room seen;
    seen.id = room.id;
    seen.user1 = room.members[0];
    seen.user2 = room.members[1];
    seen.created_at = room.created_at;
    seen.peer = peer;
    return {room.members[member], chat::take_cursor(head), room.created_at, chat::RoomCreatedEvent{std::move(seen)}};
}

// Both members read all messages but the last `unread`; those of them that are the other's stay
// unread.
void read_most(Growth& growth, const chat::RoomState& state, std::span<const SampleMessage> messages,
               std::uint64_t unread) {
    if (messages.size() <= unread) return;
    const auto left = messages.last(unread);
    for (const std::size_t reader : {std::size_t{0}, std::size_t{1}}) {
        const auto foreign =
            std::ranges::count_if(left, [&](const SampleMessage& message) { return message.sender != reader; });
        growth.read(reader, Seq{state.last_seq.value - unread}, static_cast<std::uint64_t>(foreign));
    }
}

}  // namespace

SampleData::SampleData(DatabaseConfig config, const crypto::ContentSealer& sealer)
    : retrier_(std::make_unique<Retrier>(std::move(config))), sealer_(sealer) {}
SampleData::~SampleData() = default;

Result<std::vector<chat::UserCard>> SampleData::add_users(std::span<const chat::UserCard> wishes, Time created_at) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<std::vector<chat::UserCard>> {
        std::vector<chat::UserCard> users(wishes.begin(), wishes.end());
        connection.begin();
        for (chat::UserCard& user : users) {
            Rows rows = connection.query(kInsertUser, user.username, user.display_name, created_at);
            if (!rows.next()) return make_error(Code::kInternal, "INSERT … RETURNING gave no row");
            user.id = UserId{rows.number(1)};
            connection.update(kInsertLog, user.id);
        }
        connection.commit();
        return users;
    });
}

Result<chat::RoomState> SampleData::add_room(const chat::UserCard& one, const chat::UserCard& other, Time created_at) {
    const chat::UserCard& lower = one.id < other.id ? one : other;
    const chat::UserCard& higher = one.id < other.id ? other : one;
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<chat::RoomState> {
        connection.begin();
        MariaDbTransaction transaction(connection, sealer_);
        const auto write = [&]() -> Result<chat::RoomState> {
            auto heads = transaction.lock_heads(lower.id, higher.id);
            if (!heads) return std::move(heads).error();
            auto id = transaction.insert_room({lower.id, higher.id}, created_at);
            if (!id) return std::move(id).error();
            const chat::RoomState room{.id = *id,
                                       .members = {lower.id, higher.id},
                                       .created_at = created_at,
                                       .last_seq = {},
                                       .last_message_at = created_at,
                                       .read_seq = {}};
            std::vector<chat::Event> events{created_event(room, 0, higher, (*heads)[0]),
                                            created_event(room, 1, lower, (*heads)[1])};
            auto written = transaction.write(
                {.messages = {}, .rooms = {}, .heads = {heads->begin(), heads->end()}, .events = std::move(events)});
            if (!written) return std::move(written).error();
            return room;
        };
        Result<chat::RoomState> room = write();
        transaction.rethrow_failure();
        if (room) {
            transaction.commit();
        } else {
            connection.rollback();
        }
        return room;
    });
}

Result<void> SampleData::add_messages(const chat::RoomState& room, std::span<const SampleMessage> messages,
                                      std::uint64_t unread) {
    return retrier_->run([&](DatabaseConnection& connection, int) -> Result<void> {
        connection.begin();
        MariaDbTransaction transaction(connection, sealer_);
        const chat::RoomQuestion question{
            .room = room.id, .member = room.members[0], .client_msg_id = {}, .unread_above = std::nullopt};
        auto locked = transaction.lock_rooms({&question, 1}, chat::Patience::kWaits);
        transaction.rethrow_failure();
        if (!locked) return std::move(locked).error();
        if (locked->rooms.empty()) return make_error(Code::kNotFound);
        Growth growth(*locked);
        for (const SampleMessage& message : messages) growth.append(message, sealer_);
        read_most(growth, locked->rooms.front(), messages, unread);
        insert_messages(connection, growth.messages);
        insert_events(connection, growth.events);
        auto written =
            transaction.write({.messages = {}, .rooms = locked->rooms, .heads = locked->heads, .events = {}});
        transaction.rethrow_failure();
        if (!written) return written;
        transaction.commit();
        return {};
    });
}

}  // namespace billet::store
