// lib/store/store_log.cpp — Reading event logs and their heads.
#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "lib/base/session_id.h"
#include "lib/store/retrier.h"
#include "lib/store/events.h"
#include "lib/store/rows.h"
#include "lib/store/store.h"

namespace billet::store {
namespace {

constexpr auto kHead = "SELECT " + head_columns("l") + " FROM user_log l WHERE l.user_id = ?";
constexpr auto kWithMessage = types_told_with_message();
// Nothing at or below the floor is given, whether it has been deleted yet or not. Texts up to a
// length, as rows.h tells.
constexpr auto kEvents =
    "SELECT " + kEventColumns + ", " + kPageMessageColumns +
    " FROM user_log l"
    " STRAIGHT_JOIN user_events e ON e.user_id = l.user_id AND e.`cursor` > ? AND e.`cursor` > l.floor_cursor"
    " LEFT JOIN chat_messages m ON m.room_id = e.room_id AND m.seq = e.seq AND e.type IN (" +
    kWithMessage + ") WHERE l.user_id = ? ORDER BY e.`cursor` LIMIT ?";
constexpr Statement kEpoch = "SELECT value FROM meta WHERE name = 'epoch'";

// IN lists of a few fixed lengths, so that each is prepared once; the last value fills a list up.
template <std::size_t Count>
constexpr auto kRevokedSessions = "SELECT id FROM sessions WHERE revoked_at IS NOT NULL AND id IN (" +
                                  repeated<Count>(sql_text("?"), sql_text(",")) + ")";

struct ListOfSessions {
    std::size_t length;
    Statement text;
};
constexpr std::array kListsOfSessions{
    ListOfSessions{20, kRevokedSessions<20>},
    ListOfSessions{100, kRevokedSessions<100>},
    ListOfSessions{chat::kHeadQuestionsMax, kRevokedSessions<chat::kHeadQuestionsMax>},
};

const ListOfSessions& list_for(std::size_t count) {
    return *std::ranges::find_if(kListsOfSessions, [&](const ListOfSessions& list) { return count <= list.length; });
}

struct HeadRow {
    Cursor head;
    bool disabled = false;
    std::optional<Time> sessions_ended_at;
};

// Ids are numbers: they may be part of the text.
std::unordered_map<UserId, HeadRow> read_heads(DatabaseConnection& connection,
                                               std::span<const chat::HeadQuestion> questions) {
    std::string sql =
        "SELECT l.user_id, l.head_cursor, u.disabled_at IS NOT NULL, u.sessions_ended_at FROM user_log l STRAIGHT_JOIN "
        "users u ON u.id = l.user_id"
        " WHERE l.user_id IN (";
    for (const chat::HeadQuestion& question : questions) sql.append(std::to_string(question.user.value)).append(",");
    sql.back() = ')';
    std::unordered_map<UserId, HeadRow> heads;
    for (Rows rows = connection.query_text(sql); rows.next();) {
        HeadRow& row = heads[UserId{rows.number(1)}];
        row = {.head = Cursor{rows.number(2)}, .disabled = rows.flag(3), .sessions_ended_at = std::nullopt};
        if (!rows.null(4)) row.sessions_ended_at = rows.time(4);
    }
    return heads;
}

std::unordered_set<std::string> read_revoked(DatabaseConnection& connection,
                                             std::span<const chat::HeadQuestion> questions) {
    const ListOfSessions& list = list_for(questions.size());
    std::vector<Parameter> ids;
    ids.reserve(list.length);
    for (const chat::HeadQuestion& question : questions) ids.emplace_back(session_row_id(question.session_id));
    ids.resize(list.length, Parameter(ids.back()));
    std::unordered_set<std::string> revoked;
    for (Rows rows = connection.query_list(list.text, ids); rows.next();) revoked.insert(rows.text(1));
    return revoked;
}

chat::HeadAnswer answer_of(const chat::HeadQuestion& question, const std::unordered_map<UserId, HeadRow>& heads,
                           const std::unordered_set<std::string>& revoked) {
    const auto row = heads.find(question.user);
    if (row == heads.end()) return {.head = {}, .state = chat::SessionState::kRevoked};
    chat::HeadAnswer answer{.head = row->second.head, .state = chat::SessionState::kOk};
    if (is_host_session_up_to(question.session_id, row->second.sessions_ended_at) ||
        revoked.contains(std::string(session_row_id(question.session_id))))
        answer.state = chat::SessionState::kRevoked;
    if (row->second.disabled) answer.state = chat::SessionState::kDisabled;
    return answer;
}

Error hole_in_log(UserId user, Cursor after) {
    return make_error(Code::kInternal, "hole in the log of user " + std::to_string(user.value) + " after cursor " +
                                           std::to_string(after.value));
}

// Reads one page, in one or two answers.
class LogReader {
public:
    LogReader(UserId user, Cursor after, chat::PageBound bound, const crypto::ContentSealer& sealer)
        : user_(user), position_(after), meter_(bound), text_bytes_(text_share(bound)), sealer_(sealer) {}

    Result<chat::EventPage> read(DatabaseConnection& connection) {
        std::uint64_t count = meter_.items_left();
        while (count > 0) {
            Rows rows = connection.query(kEvents, text_bytes_, position_, user_,
                                         count + 1);  // one more tells whether there is more
            auto held_back = take(rows);
            if (!held_back) return std::move(held_back).error();
            count = *held_back;
            text_bytes_ = kAnyText;
        }
        return std::move(page_);
    }

private:
    UserId user_;
    Cursor position_;
    chat::PageMeter meter_;
    std::uint64_t text_bytes_;
    const crypto::ContentSealer& sealer_;
    chat::EventPage page_;

    struct Entry {
        chat::EventRow row;
        std::optional<SealedRow> message;
    };
    Entry read_entry(const Rows& rows) const {
        Columns columns(rows);
        chat::EventRow row = read_event_row(columns, user_);
        return {std::move(row), read_sealed_of_page(columns)};
    }

    // Gives how many events from the first whose text was left out have a place on the page; 0: the
    // page is finished.
    Result<std::size_t> take(Rows& rows) {
        while (rows.next()) {
            page_.more = meter_.items_left() == 0;
            if (page_.more) break;
            auto [row, message] = read_entry(rows);
            if (message && message->is_held_back) return count_from(rows);
            auto event = event_of(std::move(row), std::move(message), sealer_);
            if (!event) return std::move(event).error();
            if (!page_.events.empty() && event->cursor != position_.next()) return hole_in_log(user_, position_);
            page_.more = !meter_.takes(chat::weight_of(*event));
            if (page_.more) break;
            position_ = event->cursor;
            page_.events.push_back(std::move(event).value());
        }
        return std::size_t{0};
    }

    std::size_t count_from(Rows& rows) const {
        return count_fitting(rows, meter_, [&](const Rows& at) {
            const auto message = read_entry(at).message;
            return message ? message->content_bytes : 0;
        });
    }
};

}  // namespace

Result<chat::LogHead> MariaDbStore::head(UserId user) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<chat::LogHead> {
        Rows rows = connection.query(kHead, user);
        if (!rows.next()) return make_error(Code::kNotFound);
        Columns columns(rows);
        return read_head(columns);
    });
}

Result<chat::EventPage> MariaDbStore::events(UserId user, Cursor after, chat::PageBound bound) {
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) {
        return LogReader(user, after, bound, *sealer_).read(connection);
    });
}

Result<std::string> MariaDbStore::epoch() {
    return retrier_->run([](DatabaseConnection& connection, int /*attempt*/) -> Result<std::string> {
        Rows rows = connection.query(kEpoch);
        if (!rows.next()) return make_error(Code::kInternal, "table meta has no epoch; run: billetctl epoch new");
        return rows.text(1);
    });
}

Result<std::vector<chat::HeadAnswer>> MariaDbStore::heads(std::span<const chat::HeadQuestion> questions) {
    if (questions.empty()) return std::vector<chat::HeadAnswer>{};
    if (questions.size() > chat::kHeadQuestionsMax) return invalid_argument("questions", "length");
    return retrier_->run([&](DatabaseConnection& connection, int /*attempt*/) -> Result<std::vector<chat::HeadAnswer>> {
        const auto heads = read_heads(connection, questions);
        const auto revoked = read_revoked(connection, questions);
        std::vector<chat::HeadAnswer> answers;
        for (const chat::HeadQuestion& question : questions) answers.push_back(answer_of(question, heads, revoked));
        return answers;
    });
}

}  // namespace billet::store
