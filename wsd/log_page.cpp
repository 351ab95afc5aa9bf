// wsd/log_page.cpp — Words off the front of lines.
#include "wsd/log_page.h"

#include "lib/base/text.h"

namespace billet::wsd {
namespace {

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
        const std::string_view word = take_until(rest_, ' ');
        ok_ = ok_ && !word.empty();
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

std::optional<std::vector<LogEvent>> parse_events(std::string_view text) {
    std::vector<LogEvent> events;
    while (!text.empty()) {
        Words words(take_until(text, '\n'));
        const Cursor cursor{words.number()};
        words.text();  // the type: nobody here cares
        if (!words.ok() || !words.rest().starts_with('{')) return std::nullopt;
        events.push_back({cursor, words.rest()});
    }
    return events;
}

std::optional<SessionState> parse_state(std::string_view text) {
    if (text == "ok") return SessionState::kOk;
    if (text == "disabled") return SessionState::kDisabled;
    if (text == "revoked") return SessionState::kRevoked;
    return std::nullopt;
}

}  // namespace

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

}  // namespace billet::wsd
