// fcgi/internal.cpp — /internal: what billet-wsd asks on behalf of its connections. Answers are lines of text.
//
//     hello     = identity SP epoch SP head SP cursor SP resumed SP more *( LF event )
//     sync      = cursor SP more SP head *( LF event )
//     heads     = epoch *( LF user_id SP session_id SP head SP state )     state: ok, disabled or revoked
//     session   = identity
//     identity  = user_id SP session_id SP seconds-until-the-token-expires
//     event     = cursor SP type SP json                                   json: the event object of /chat/sync
//
// The body of heads is lines of `user_id SP session_id`. hello and sync take `cursor` and `epoch`, `limit`, and `bytes`: so many events and so many
// bytes of them at most, within [limits]; one event always.
#include <algorithm>

#include "fcgi/handlers.h"
#include "fcgi/log_position.h"
#include "lib/base/text.h"
#include "lib/chat/sync.h"
#include "lib/wire/objects.h"

namespace billet::fcgi {
namespace {

constexpr std::size_t kHeadsMax = 500;
constexpr std::size_t kSessionIdBytesMax = 128;

std::string identity_of(const chat::Caller& caller) {
    const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(caller.token_expires_at - now());
    return std::to_string(caller.user.id.value) + " " + caller.session_id + " " +
           std::to_string(std::max<std::int64_t>(0, ttl.count()));
}

void append_events(std::string& text, const std::vector<chat::Event>& events) {
    for (const chat::Event& event : events) {
        text += "\n" + std::to_string(event.cursor.value) + " ";
        text += chat::event_type(event);
        text += " " + wire::event_json(event);
    }
}

struct LogQuestion {
    std::optional<chat::LogPosition> position;
    chat::PageBound bound;
};

Result<LogQuestion> read_question(const Context& context) {
    const auto limit = context.query.limit(context.limits().page_default, context.limits().events_page_max);
    if (!limit) return limit.error();
    const auto position = read_log_position(context.query);
    if (!position) return position.error();
    const auto bytes = context.query.number("bytes");
    if (!bytes) return bytes.error();
    return LogQuestion{*position, {*limit, bytes->value_or(chat::PageBound::kAnyBytes)}};
}

// A resume reads a page of the log, whose events nobody may want: it has a limit of its own.
Result<void> limit_resumes(Context& context, const LogQuestion& question) {
    if (!question.position) return {};
    return chat::take_token(context.ports.limiter, chat::resumes_bucket(context.limits()),
                            std::to_string(context.caller.user.id.value));
}

// A resume that cannot be had still tells who the connection is, so that it can live on without events.
Result<void> add_session_header(Context& context) {
    const auto head = chat::read_log(context.ports, context.caller, std::nullopt, 1);
    if (!head) return head.error();
    context.extra.push_back(
        {"X-Billet-Session", identity_of(context.caller) + " " + head->epoch + " " + std::to_string(head->head.value)});
    return {};
}

std::string_view state_name(chat::SessionState state) {
    switch (state) {
        case chat::SessionState::kOk: return "ok";
        case chat::SessionState::kDisabled: return "disabled";
        case chat::SessionState::kRevoked: return "revoked";
    }
    return "revoked";
}

bool is_session_id(std::string_view text) {
    return !text.empty() && text.size() <= kSessionIdBytesMax &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

Result<std::vector<chat::HeadQuestion>> read_questions(std::string_view body) {
    std::vector<chat::HeadQuestion> questions;
    for (const std::string_view line : split(body, '\n')) {
        if (line.empty()) continue;
        const auto words = split(line, ' ');
        const auto user = parse_number(words[0], kIdMax);
        if (words.size() != 2 || !user || !is_session_id(words[1])) return invalid_argument("body", "format");
        if (questions.size() == kHeadsMax) return invalid_argument("body", "length");
        questions.push_back({UserId{*user}, std::string(words[1])});
    }
    return questions;
}

}  // namespace

Result<Reply> internal_hello(Context& context) {
    const auto question = read_question(context);
    if (!question) return question.error();
    if (auto done = limit_resumes(context, *question); !done) return std::move(done).error();
    const auto page = chat::read_log(context.ports, context.caller, question->position, question->bound);
    if (!page) {
        if (page.error().code != Code::kResyncRequired) return page.error();
        if (auto added = add_session_header(context); !added) return std::move(added).error();
        return page.error();
    }
    std::string text = identity_of(context.caller) + " " + page->epoch + " " + std::to_string(page->head.value) + " " +
                       std::to_string(page->cursor.value) + (question->position ? " 1" : " 0") +
                       (page->more ? " 1" : " 0");
    append_events(text, page->events);
    return text_reply(std::move(text));
}

Result<Reply> internal_sync(Context& context) {
    const auto question = read_question(context);
    if (!question) return question.error();
    const auto page = chat::read_log(context.ports, context.caller, question->position, question->bound);
    if (!page) return page.error();
    std::string text =
        std::to_string(page->cursor.value) + (page->more ? " 1 " : " 0 ") + std::to_string(page->head.value);
    append_events(text, page->events);
    return text_reply(std::move(text));
}

Result<Reply> internal_heads(Context& context) {
    const auto questions = read_questions(context.request.body);
    if (!questions) return questions.error();
    auto text = context.ports.log.epoch();
    if (!text) return std::move(text).error();
    if (questions->empty()) return text_reply(std::move(*text));
    const auto answers = context.ports.log.heads(*questions);
    if (!answers) return answers.error();
    for (std::size_t i = 0; i < answers->size() && i < questions->size(); ++i) {
        const chat::HeadQuestion& asked = (*questions)[i];
        const chat::HeadAnswer& answer = (*answers)[i];
        *text += "\n" + std::to_string(asked.user.value) + " " + asked.session_id + " " +
                 std::to_string(answer.head.value) + " ";
        *text += state_name(answer.state);
    }
    return text_reply(std::move(*text));
}

Result<Reply> internal_session(Context& context) {
    return text_reply(identity_of(context.caller));
}

}  // namespace billet::fcgi
