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
// One statement gives where the log stands, its epoch and the page, all of one moment; a page
// without events is one row of NULLs behind the former. The page is a range of numbers, which have
// no holes: an outer join does not keep the order of its index, so the rows come in any order.
// Nothing at or below the floor is given, whether it has been deleted yet or not. Texts up to a
// length, as rows.h tells.
constexpr auto kStateColumns = head_columns("l") + ", t.value";
constexpr unsigned kStateColumnCount = 6;
constexpr auto kEvents =
    "SELECT " + kStateColumns + ", " + kEventColumns + ", " + kPageMessageColumns +
    " FROM user_log l LEFT JOIN meta t ON t.name = 'epoch'"
    " LEFT JOIN user_events e FORCE INDEX (PRIMARY) ON e.user_id = l.user_id"
    " AND e.`cursor` > GREATEST(?, l.floor_cursor) AND e.`cursor` <= GREATEST(?, l.floor_cursor) + ?"
    " LEFT JOIN chat_messages m ON m.room_id = e.room_id AND m.seq = e.seq AND e.type IN (" +
    kWithMessage + ") WHERE l.user_id = ?";
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

constexpr auto kSelectHeadRows = "SELECT l.user_id, l.head_cursor, u.disabled_at IS NOT NULL, " +
                                 time_column("u.sessions_ended_at") +
                                 " FROM user_log l STRAIGHT_JOIN users u ON u.id = l.user_id WHERE l.user_id IN (";

struct HeadRow {
    Cursor head;
    bool disabled = false;
    std::optional<Time> sessions_ended_at;
};

// Ids are numbers: they may be part of the text.
std::unordered_map<UserId, HeadRow> read_heads(DatabaseConnection& connection,
                                               std::span<const chat::HeadQuestion> questions) {
    std::string sql(kSelectHeadRows.view());
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

Error no_epoch() {
    return make_error(Code::kInternal, "table meta has no epoch; run: billetctl epoch new");
}

// An event as it is stored.
struct Entry {
    chat::EventRow row;
    std::optional<SealedRow> message;

    std::size_t content_bytes() const { return message ? message->content_bytes : 0; }
    bool is_held_back() const { return message && message->is_held_back; }
};

// Reads one page, in one or two answers.
class LogReader {
public:
    LogReader(UserId user, Cursor after, chat::PageBound bound, const crypto::ContentSealer& sealer)
        : user_(user), position_(after), meter_(bound), opener_(sealer) {
        text_bytes_ = text_share(bound);
    }

    Result<chat::EventPage> read(DatabaseConnection& connection) {
        if (auto done = read_answer(connection, meter_.items_left()); !done) return std::move(done).error();
        for (std::size_t rest = take(); rest > 0; rest = take()) {
            text_bytes_ = kAnyText;
            if (auto done = read_answer(connection, rest); !done) return std::move(done).error();
        }
        if (error_) return *std::move(error_);
        return std::move(page_);
    }

private:
    UserId user_;
    Cursor position_;
    chat::PageMeter meter_;
    std::uint64_t text_bytes_ = 0;
    crypto::ContentOpener opener_;
    std::vector<Entry> entries_;  // of the last answer, ascending
    chat::EventPage page_;
    std::optional<Error> error_;

    // One event more than `count` tells whether there is more.
    Result<void> read_answer(DatabaseConnection& connection, std::uint64_t count) {
        const std::uint64_t range = count > 0 ? count + 1 : 0;
        Rows rows = connection.query(kEvents, text_bytes_, position_, position_, range, user_);
        if (!rows.next()) return make_error(Code::kNotFound);
        if (auto done = read_state(rows); !done) return done;
        entries_.clear();
        entries_.reserve(range);
        do {
            Columns columns(rows);
            columns.skip(kStateColumnCount);
            if (columns.is_null()) break;
            chat::EventRow row = read_event_row(columns, user_);
            entries_.push_back({std::move(row), read_sealed_of_page(columns)});
        } while (rows.next());
        const auto cursor = [](const Entry& entry) { return entry.row.cursor; };
        if (!std::ranges::is_sorted(entries_, {}, cursor)) std::ranges::sort(entries_, {}, cursor);
        return check_whole(range);
    }

    Result<void> read_state(const Rows& rows) {
        Columns columns(rows);
        page_.log = read_head(columns);
        if (columns.is_null()) return no_epoch();
        page_.epoch = columns.text();
        return {};
    }

    // All numbers of the range up to the log's head are there. Where the log has been pruned beyond
    // what the first answer gave, the page ends.
    Result<void> check_whole(std::uint64_t range) {
        if (!page_.events.empty() && page_.log.floor > position_) {
            entries_.clear();
            page_.more = true;
        }
        const std::uint64_t start = std::max(position_, page_.log.floor).value;
        const std::uint64_t head = page_.log.head.value;
        const std::uint64_t expected = std::min(range, head > start ? head - start : 0);
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (entries_[i].row.cursor.value != start + i + 1) return hole_in_log(user_, Cursor{start + i});
        }
        if (entries_.size() < expected) return hole_in_log(user_, Cursor{start + entries_.size()});
        return {};
    }

    // Gives how many events from the first whose text was left out have a place on the page; 0: the
    // page is finished.
    std::size_t take() {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            page_.more = meter_.items_left() == 0;
            if (page_.more) break;
            if (entries_[i].is_held_back()) return count_from(i);
            auto event = event_of(std::move(entries_[i].row), std::move(entries_[i].message), opener_);
            if (!event) {
                error_ = std::move(event).error();
                break;
            }
            page_.more = !meter_.takes(chat::weight_of(*event));
            if (page_.more) break;
            position_ = event->cursor;
            page_.events.push_back(std::move(event).value());
        }
        return 0;
    }

    std::size_t count_from(std::size_t first) const {
        return count_fitting(entries_.size() - first, meter_,
                             [&](std::size_t i) { return entries_[first + i].content_bytes(); });
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
        if (!rows.next()) return no_epoch();
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
