// lib/wire/internal.cpp — Words onto lines, and off the front of them.
#include "lib/wire/internal.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/wire/log_position.h"
#include "lib/wire/objects.h"

namespace billet::wire {
namespace {

constexpr std::string_view kLimit = "limit";
constexpr std::string_view kBytes = "bytes";
constexpr std::size_t kSessionIdBytesMax = 128;

std::string_view state_name(chat::SessionState state) {
    switch (state) {
        case chat::SessionState::kOk: return "ok";
        case chat::SessionState::kDisabled: return "disabled";
        case chat::SessionState::kRevoked: return "revoked";
    }
    return "revoked";
}

std::optional<chat::SessionState> parse_state(std::string_view text) {
    using enum chat::SessionState;
    for (const chat::SessionState state : {kOk, kDisabled, kRevoked}) {
        if (state_name(state) == text) return state;
    }
    return std::nullopt;
}

bool is_session_id(std::string_view text) {
    return !text.empty() && text.size() <= kSessionIdBytesMax &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

// One line; a blank before each word but the first.
class Line {
public:
    Line& add(std::string_view word) {
        text_.append(text_.empty() ? "" : " ").append(word);
        return *this;
    }
    Line& add(std::uint64_t number) { return add(std::to_string(number)); }
    Line& add(Cursor cursor) { return add(cursor.value); }
    Line& add(UserId user) { return add(user.value); }
    Line& add(const Identity& identity) {
        return add(identity.user)
            .add(identity.session_id)
            .add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, identity.token_ttl.count())));
    }
    Line& add_flag(bool flag) { return add(flag ? "1" : "0"); }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

// Takes what stands before `separator` off the front of `text`; all of it when there is none.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view taken = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return taken;
}

// Reads the words of one line; the first wrong one makes ok() false for good.
class Words {
public:
    explicit Words(std::string_view line) : rest_(line) {}

    std::string_view text() {
        const bool ends_in_blank = rest_.ends_with(' ');
        const std::string_view word = take_until(rest_, ' ');
        ok_ = ok_ && !word.empty() && !(ends_in_blank && rest_.empty());
        return word;
    }
    std::uint64_t number() {
        const auto value = parse_number(text(), kIdMax);
        ok_ = ok_ && value.has_value();
        return value.value_or(0);
    }
    bool flag() {
        const std::uint64_t value = number();
        ok_ = ok_ && value <= 1;
        return value == 1;
    }
    Identity identity() {
        const UserId user{number()};
        const std::string_view session = text();
        return {user, session, std::chrono::seconds{static_cast<std::int64_t>(number())}};
    }

    std::string_view rest() const { return rest_; }
    bool ok() const { return ok_; }
    bool ended() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

void append_event_start(std::string& text, Cursor cursor, std::string_view type) {
    text.append("\n").append(std::to_string(cursor.value)).append(" ").append(type).append(" ");
}

std::optional<std::vector<LogEvent>> parse_events(std::string_view text) {
    std::vector<LogEvent> events;
    while (!text.empty()) {
        Words words(take_until(text, '\n'));
        const Cursor cursor{words.number()};
        const std::string_view type = words.text();
        if (!words.ok() || !words.rest().starts_with('{')) return std::nullopt;
        events.push_back({cursor, type, words.rest()});
    }
    return events;
}

}  // namespace

std::string log_question_query(const LogQuestion& question) {
    std::string query(kLimit);
    query.append("=").append(std::to_string(question.bound.items));
    if (question.bound.bytes != chat::PageBound::kAnyBytes)
        query.append("&").append(kBytes).append("=").append(std::to_string(question.bound.bytes));
    if (question.position) append_log_position(query, *question.position);
    return query;
}

Result<LogQuestion> read_log_question(const Query& query, const LimitsConfig& limits) {
    const auto limit = query.limit(limits.page_default, limits.events_page_max);
    if (!limit) return limit.error();
    auto position = read_log_position(query);
    if (!position) return std::move(position).error();
    const auto bytes = query.number(kBytes);
    if (!bytes) return bytes.error();
    return LogQuestion{std::move(*position), {*limit, bytes->value_or(chat::PageBound::kAnyBytes)}};
}

void append_head_question(std::string& body, UserId user, std::string_view session_id) {
    body += Line().add(user).add(session_id).take() + "\n";
}

Result<std::vector<chat::HeadQuestion>> read_head_questions(std::string_view body) {
    std::vector<chat::HeadQuestion> questions;
    for (const std::string_view line : split(body, '\n')) {
        if (line.empty()) continue;
        const auto words = split(line, ' ');
        const auto user = parse_number(words[0], kIdMax);
        if (words.size() != 2 || !user || !is_session_id(words[1])) return invalid_argument("body", "format");
        if (questions.size() == kHeadQuestionsMax) return invalid_argument("body", "length");
        questions.push_back({UserId{*user}, std::string(words[1])});
    }
    return questions;
}

std::string hello_text(const HelloAnswer& answer) {
    std::string text = Line()
                           .add(answer.identity)
                           .add(answer.epoch)
                           .add(answer.page.head)
                           .add(answer.page.cursor)
                           .add_flag(answer.resumed)
                           .add_flag(answer.page.more)
                           .take();
    for (const LogEvent& event : answer.page.events) append_event(text, event);
    return text;
}

std::string sync_text(const LogPage& page) {
    std::string text = Line().add(page.cursor).add_flag(page.more).add(page.head).take();
    for (const LogEvent& event : page.events) append_event(text, event);
    return text;
}

std::string session_text(const Identity& identity) {
    return Line().add(identity).take();
}

std::string refused_hello_text(const RefusedHello& refused) {
    return Line().add(refused.identity).add(refused.epoch).add(refused.head).take();
}

std::string heads_text(const HeadsAnswer& answer) {
    std::string text(answer.epoch);
    for (const HeadLine& line : answer.lines)
        text += "\n" + Line().add(line.user).add(line.session_id).add(line.head).add(state_name(line.state)).take();
    return text;
}

void append_event(std::string& text, const LogEvent& event) {
    append_event_start(text, event.cursor, event.type);
    text += event.json;
}

void append_event(std::string& text, const chat::Event& event) {
    append_event_start(text, event.cursor, chat::event_type(event).name);
    append_event_json(text, event);
}

std::optional<HelloAnswer> parse_hello(std::string_view text) {
    Words words(take_until(text, '\n'));
    HelloAnswer answer;
    answer.identity = words.identity();
    answer.epoch = words.text();
    answer.page.head = Cursor{words.number()};
    answer.page.cursor = Cursor{words.number()};
    answer.resumed = words.flag();
    answer.page.more = words.flag();
    auto events = parse_events(text);
    if (!words.ended() || !events) return std::nullopt;
    answer.page.events = std::move(*events);
    return answer;
}

std::optional<LogPage> parse_sync(std::string_view text) {
    Words words(take_until(text, '\n'));
    LogPage page;
    page.cursor = Cursor{words.number()};
    page.more = words.flag();
    page.head = Cursor{words.number()};
    auto events = parse_events(text);
    if (!words.ended() || !events) return std::nullopt;
    page.events = std::move(*events);
    return page;
}

std::optional<Identity> parse_session(std::string_view text) {
    Words words(text);
    const Identity identity = words.identity();
    return words.ended() ? std::optional{identity} : std::nullopt;
}

std::optional<RefusedHello> parse_refused_hello(std::string_view text) {
    Words words(text);
    RefusedHello refused;
    refused.identity = words.identity();
    refused.epoch = words.text();
    refused.head = Cursor{words.number()};
    return words.ended() ? std::optional{refused} : std::nullopt;
}

std::optional<HeadsAnswer> parse_heads(std::string_view text) {
    HeadsAnswer answer;
    answer.epoch = take_until(text, '\n');
    if (answer.epoch.empty()) return std::nullopt;
    while (!text.empty()) {
        Words words(take_until(text, '\n'));
        HeadLine line;
        line.user = UserId{words.number()};
        line.session_id = words.text();
        line.head = Cursor{words.number()};
        const auto state = parse_state(words.text());
        if (!words.ended() || !state) return std::nullopt;
        line.state = *state;
        answer.lines.push_back(line);
    }
    return answer;
}

}  // namespace billet::wire
