// lib/store/rows.h — From columns to the model: each list of columns stands beside the function
// that reads it, in the same order.
#pragma once

#include <cstdint>

#include "lib/base/result.h"
#include "lib/chat/store.h"
#include "lib/crypto/content_sealer.h"
#include "lib/store/database_connection.h"

namespace billet::store {

// The columns of the row that `rows` stands at, from the left: each read takes the next.
class Columns {
public:
    // `rows` must outlive the object.
    explicit Columns(const Rows& rows) : rows_(rows) {}

    bool is_null() const { return rows_.null(next_); }  // of the next one, which stays
    void skip(unsigned count) { next_ += count; }
    std::uint64_t number() { return rows_.number(next_++); }
    bool flag() { return rows_.flag(next_++); }
    std::string text() { return rows_.text(next_++); }
    Time time() { return rows_.time(next_++); }
    template <typename Id>
    Id id() {
        return Id{number()};
    }
    template <typename Id>
    std::optional<Id> id_or_none() {
        const bool none = is_null();
        const Id value = id<Id>();
        return none ? std::nullopt : std::optional{value};
    }
    std::optional<std::string> text_or_none() {
        const bool none = is_null();
        std::string value = text();
        return none ? std::nullopt : std::optional{std::move(value)};
    }
    std::optional<Time> time_or_none() {
        if (!is_null()) return time();
        ++next_;
        return std::nullopt;
    }

private:
    const Rows& rows_;
    unsigned next_ = 1;
};

// A DATETIME(6) as microseconds since 1970: the library would give it as a text, which costs it
// more to make, and us to read, than this does MariaDB. NULL stays NULL. The name, here and
// elsewhere, is there to be short: it comes with each answer, and would be the expression itself.
template <std::size_t SizeWithNul>
constexpr auto time_column(const char (&column)[SizeWithNul]) {
    return "TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', " + sql_text(column) + ") AS time";
}

// Of `users u`, under the name that the reader may see.
template <std::size_t SizeWithNul>
constexpr auto user_columns(const char (&display_name)[SizeWithNul]) {
    return "u.id, u.username, " + sql_text(display_name) + ", u.role = 'admin', " + time_column("u.created_at") +
           ", u.disabled_at IS NOT NULL";
}
inline constexpr auto kUserColumns = user_columns("u.display_name");
chat::User read_user(Columns& columns);

// Of `sessions s`.
inline constexpr auto kSessionColumns =
    "s.id, s.user_id, s.refresh_generation, " + time_column("s.expires_at") + ", s.revoked_at IS NOT NULL";
chat::Session read_session(Columns& columns);

// Of `user_log` under a name.
template <std::size_t SizeWithNul>
constexpr auto head_columns(const char (&log)[SizeWithNul]) {
    const auto of = sql_text(log);
    return of + ".user_id, " + of + ".head_cursor, " + of + ".floor_cursor, " + of + ".total_unread, " + of +
           ".rooms_unread";
}
chat::LogHead read_head(Columns& columns);

// Of `chat_rooms r`.
inline constexpr auto kRoomColumns =
    "r.id, r.user1_id, r.user2_id, " + time_column("r.created_at") + ", r.last_seq, " +
    time_column("r.last_message_at") +
    ", r.user1_read_seq, r.user2_read_seq, r.user1_unread, r.user2_unread, r.user1_held_seq, r.user2_held_seq";
chat::RoomState read_room(Columns& columns);

// Of `chat_messages m`: the columns of read_sealed.
template <std::size_t SizeWithNul>
constexpr auto message_columns(const char (&content)[SizeWithNul]) {
    return "m.seq, m.sender_id, m.client_msg_id, m.key_id, " + sql_text(content) + ", " + time_column("m.created_at");
}
inline constexpr auto kMessageColumns = message_columns("m.content");

// A page of messages leaves the longer texts out (text_share): its lists give the length behind the
// columns.
inline constexpr auto kPageMessageColumns =
    message_columns("IF(LENGTH(m.content) <= ?, m.content, NULL) AS content") + ", LENGTH(m.content) AS bytes";

// A message as it is stored, for rows that come in any order or may have to be read again.
struct SealedRow {
    Seq seq;
    UserId sender;
    std::string client_msg_id;
    std::uint16_t key_id = 0;
    std::optional<std::string> content;
    Time created_at;
    std::size_t content_bytes = 0;  // of a page only
    bool is_held_back = false;      // the content has been left out of the page's answer
};
// Nothing where an outer join found no message.
std::optional<SealedRow> read_sealed(Columns& columns);
std::optional<SealedRow> read_sealed_of_page(Columns& columns);

// kUnavailable when the content cannot be opened, because its key is missing or the row is not what
// was stored. A page with such a message is refused as a whole: an empty or left-out message would
// pass for the truth, and the client asks again once the operator, whom a log line tells room and
// seq, has brought the key back.
// is_read stays false.
Result<chat::Message> open_message(SealedRow sealed, RoomId room, crypto::ContentOpener& opener);
// is_read as the room's marks say: those that the viewer may see, RoomState::seen_by().
Result<chat::Message> open_message(SealedRow sealed, const chat::RoomState& room, crypto::ContentOpener& opener);

// How long a text may be for the first answer to a question about a page of `bound`: its share.
// What is longer is left out there and fetched by a second question, once it is known to have a
// place on the page: so neither answer is much larger than the page.
std::uint64_t text_share(chat::PageBound bound);
inline constexpr std::uint64_t kAnyText = kIdMax;

// How many of `available` rows, which are at least one, fit into the rest of a page as far as
// lengths can tell: at least one. `bytes_of` gives the length of the text of a row by its number
// from 0.
template <typename BytesOf>
std::size_t count_fitting(std::size_t available, const chat::PageMeter& meter, BytesOf bytes_of) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    do {
        bytes += bytes_of(count);
        ++count;
    } while (count < available && count < meter.items_left() && bytes < meter.bytes_left());
    return count;
}

}  // namespace billet::store
