// fcgi/internal.cpp — /internal: what billet-wsd asks on behalf of its connections.
// lib/wire/internal.h has the words.
#include "lib/wire/internal.h"

#include <algorithm>
#include <array>

#include "fcgi/handlers.h"
#include "lib/chat/sync.h"

namespace billet::fcgi {
namespace {

wire::Identity identity_of(const chat::Caller& caller) {
    const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(caller.token_expires_at - now());
    return {caller.user, caller.session_id, std::max(std::chrono::seconds{0}, ttl)};
}

// The events themselves are added to the text one by one.
wire::LogPage page_of(const chat::SyncPage& page) {
    return {.cursor = page.cursor, .head = page.head, .more = page.more, .events = {}};
}

Reply log_reply(std::string text, const std::vector<chat::Event>& events) {
    for (const chat::Event& event : events) wire::append_event(text, event);
    return text_reply(std::move(text));
}

// A resume reads a page of the log, whose events nobody may want: it has a limit of its own.
Result<void> limit_resumes(Context& context, const wire::LogQuestion& question) {
    if (!question.position) return {};
    return context.admission->ask(context.ports.limiter,
                                  std::array{chat::TokenRequest{chat::resumes_bucket(context.limits()),
                                                                std::to_string(context.caller.user.value)}});
}

// A resume that cannot be had still tells who the connection is, so that it can live on without
// events.
Result<void> add_session_header(Context& context) {
    const auto head = chat::read_log(context.ports, context.caller, std::nullopt, 1);
    if (!head) return head.error();
    context.extra.push_back({std::string(wire::header::kSession),
                             wire::refused_hello_text({identity_of(context.caller), head->epoch, head->head})});
    return {};
}

}  // namespace

Result<Reply> internal_hello(Context& context) {
    const auto question = wire::read_log_question(context.query, context.limits());
    if (!question) return question.error();
    if (auto done = limit_resumes(context, *question); !done) return std::move(done).error();
    const auto page = chat::read_log(context.ports, context.caller, question->position, question->bound);
    if (!page) {
        if (page.error().code != Code::kResyncRequired) return page.error();
        if (auto added = add_session_header(context); !added) return std::move(added).error();
        return page.error();
    }
    return log_reply(wire::hello_text({.identity = identity_of(context.caller),
                                       .epoch = page->epoch,
                                       .resumed = question->position.has_value(),
                                       .page = page_of(*page)}),
                     page->events);
}

Result<Reply> internal_sync(Context& context) {
    const auto question = wire::read_log_question(context.query, context.limits());
    if (!question) return question.error();
    const auto page = chat::read_log(context.ports, context.caller, question->position, question->bound);
    if (!page) return page.error();
    return log_reply(wire::sync_text(page_of(*page)), page->events);
}

Result<Reply> internal_heads(Context& context) {
    const auto questions = wire::read_head_questions(context.request.body);
    if (!questions) return questions.error();
    const auto epoch = context.ports.log.epoch();
    if (!epoch) return epoch.error();
    if (questions->empty()) return text_reply(wire::heads_text({*epoch, {}}));
    const auto answers = context.ports.log.heads(*questions);
    if (!answers) return answers.error();
    wire::HeadsAnswer heads{*epoch, {}};
    for (std::size_t i = 0; i < answers->size() && i < questions->size(); ++i) {
        const chat::HeadQuestion& asked = (*questions)[i];
        const chat::HeadAnswer& answer = (*answers)[i];
        heads.lines.push_back({asked.user, asked.session_id, answer.head, answer.state});
    }
    return text_reply(wire::heads_text(heads));
}

Result<Reply> internal_session(Context& context) {
    return text_reply(wire::session_text(identity_of(context.caller)));
}

}  // namespace billet::fcgi
