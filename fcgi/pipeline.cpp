// fcgi/pipeline.cpp — The steps of a call, and the one place where an error becomes an HTTP reply.
#include "fcgi/pipeline.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>

#include "fcgi/bearer.h"
#include "fcgi/media_type.h"
#include "fcgi/request_scope.h"
#include "fcgi/routes.h"
#include "fcgi/write_call.h"
#include "lib/base/config/limits.h"
#include "lib/chat/accounts.h"
#include "lib/chat/admission.h"
#include "lib/wire/internal.h"
#include "lib/wire/objects.h"

namespace billet::fcgi {
namespace {

Result<void> check_body(const Route& route, Context& context) {
    const Request& request = context.request;
    if (route.body == Body::kNone) return {};
    if (!is_identity(request.content_encoding)) {
        context.extra.push_back({"Accept-Encoding", "identity"});
        return make_error(Code::kUnsupportedMediaType, "content encoding");
    }
    const bool sent = !request.body.empty() || request.body_state != BodyState::kWhole;
    if (sent && route.body == Body::kJson && !is_json_utf8(request.content_type)) {
        return make_error(Code::kUnsupportedMediaType, "content type");
    }
    if (request.body_state == BodyState::kBadLength) return make_error(Code::kBadJson, "content length is no number");
    if (request.body_state == BodyState::kTooLarge || request.body.size() > context.limits().body_bytes)
        return make_error(Code::kTooLarge, "body");
    return {};
}

// Who the caller is, as far as the token tells.
Result<void> authenticate(const Route& route, RequestScope& scope, Context& context) {
    if (route.access == Access::kPublic || route.access == Access::kRelay) return {};
    const auto token = bearer_token(context.request.authorization);
    if (!token) {
        Error error = make_error(Code::kUnauthenticated, "no bearer token");
        error.reason = reason::kInvalid;
        return error;
    }
    auto caller = chat::authenticate(context.ports, *token);
    if (!caller) return std::move(caller).error();
    context.admission = &scope.expect(std::move(*caller));
    context.caller = context.admission->caller();
    return {};
}

// Asks for the call's token, whose answer is read when the caller's rows have come.
Result<void> limit(const Route& route, Context& context) {
    if (route.limited == Limited::kNo) return {};
    return context.admission->ask(context.ports.limiter,
                                  std::array{chat::TokenRequest{chat::calls_bucket(context.limits()),
                                                                std::to_string(context.caller.user.value)}});
}

// A caller who is refused hears of nothing else, whatever has become of the call. Where no question
// to the store has decided it, that is done now; unless there is no database to ask.
Result<void> decide(Context& context, const Error* error) {
    if (context.admission == nullptr) return {};
    chat::Admission& admission = *context.admission;
    const bool away = admission.is_open() && error != nullptr && error->code == Code::kUnavailable;
    auto done = away ? admission.decide(*error) : admission.settle(context.ports.sessions);
    if (!done) context.extra.clear();
    return done;
}

// An exception that gets here is a bug or the end of memory: one request fails, not the process.
template <typename Step>
std::invoke_result_t<Step> guarded(Step step) {
    try {
        return step();
    } catch (const std::exception& exception) {
        return make_error(Code::kInternal, exception.what());
    }
}

Result<Reply> handle(const Route& route, Context& context) {
    if (auto done = check_body(route, context); !done) return std::move(done).error();
    return route.handler(context);
}

Result<Reply> run(const Route& route, RequestScope& scope, Context& context, CallRecord& record) {
    if (auto done = authenticate(route, scope, context); !done) return std::move(done).error();
    record.user = context.caller.user;
    if (auto done = limit(route, context); !done) return std::move(done).error();
    auto outcome = handle(route, context);
    if (auto done = decide(context, outcome ? nullptr : &outcome.error()); !done) return std::move(done).error();
    return outcome;
}

// What is refused before it is a write is refused in the order of all other calls.
Error first_refusal(const Route& route, Context& context, Error refusal) {
    if (auto done = limit(route, context); !done) return std::move(done).error();
    if (auto done = decide(context, &refusal); !done) return std::move(done).error();
    return refusal;
}

Result<std::unique_ptr<WriteCall>> prepare_write(const Route& route, RequestScope& scope, Context& context,
                                                 CallRecord& record) {
    if (auto done = authenticate(route, scope, context); !done) return std::move(done).error();
    record.user = context.caller.user;
    auto checked = check_body(route, context);
    auto call = checked ? route.prepare(context) : std::move(checked).error();
    return call ? std::move(call) : first_refusal(route, context, std::move(call).error());
}

Reply problem_reply(const Error& error, const Request& request, std::string_view request_id) {
    Reply reply{.status = http_status(error.code),
                .content_type = "application/problem+json",
                .body = wire::problem_json(error, request_id),
                .headers = {}};
    if (reply.status == 401)
        reply.with("WWW-Authenticate", request.authorization.empty() ? "Bearer" : "Bearer error=\"invalid_token\"");
    if (error_row(error.code).again == Again::kWaited)
        reply.with("Retry-After", std::to_string(std::max<std::int64_t>(1, error.retry_after.count())));
    if (request.from_wsd && !error.reason.empty()) reply.with(std::string(wire::header::kReason), error.reason);
    return reply;
}

Reply reply_of(Result<Reply> outcome, const Request& request, CallRecord& record) {
    if (outcome) return std::move(outcome).value();
    record.error = outcome.error();
    return problem_reply(*record.error, request, record.request_id);
}

Reply no_route(const Match& match, const Request& request, CallRecord& record) {
    Reply reply =
        reply_of(make_error(match.allow.empty() ? Code::kNotFound : Code::kMethodNotAllowed, "route"), request, record);
    if (!match.allow.empty()) reply.with("Allow", match.allow);
    return closed(request, record, std::move(reply));
}

// What a step of a call has: the ports of its request, and the context on them.
struct Step {
    RequestScope scope;
    Context context;

    Step(Services& services, const Request& request, std::uint64_t path_id)
        : scope(services, request),
          context{.request = request,
                  .ports = scope.ports(),
                  .probe = services.probe,
                  .query = wire::Query(request.query),
                  .path_id = path_id,
                  .caller = {},
                  .admission = nullptr,
                  .deadline = deadline_of(services, request),
                  .extra = {}} {}

    Reply closed(Result<Reply> outcome, CallRecord& record) {
        Reply reply = reply_of(std::move(outcome), context.request, record);
        for (Header& header : context.extra) reply.headers.push_back(std::move(header));
        for (Header& header : scope.limit_headers()) reply.headers.push_back(std::move(header));
        return fcgi::closed(context.request, record, std::move(reply));
    }
};

Reply serve_route(Services& services, const Request& request, const Match& match) {
    CallRecord record(request);
    record.route = match.route->name;
    Step step(services, request, match.path_id);
    return step.closed(guarded([&] { return run(*match.route, step.scope, step.context, record); }), record);
}

}  // namespace

Prepared prepare(Services& services, const Request& request, const Match& match) {
    CallRecord record(request);
    record.route = match.route->name;
    Step step(services, request, match.path_id);
    auto call = guarded([&] { return prepare_write(*match.route, step.scope, step.context, record); });
    if (!call) return {.reply = step.closed(std::move(call).error(), record), .write = nullptr};
    return {.reply = {},
            .write = std::make_unique<PreparedWrite>(PreparedWrite{.record = std::move(record),
                                                                   .call = std::move(call).value(),
                                                                   .caller = std::move(step.context.caller),
                                                                   .path_id = match.path_id})};
}

Reply finish(Services& services, const Request& request, PreparedWrite& prepared) {
    Step step(services, request, prepared.path_id);
    step.context.caller = std::move(prepared.caller);
    const chat::Write& write = prepared.call->write();
    if (write.token) step.scope.note({write.bucket(services.limits), *write.token}, write.token_returned);
    return step.closed(guarded([&] { return prepared.call->finish(step.context); }), prepared.record);
}

Reply serve(Services& services, const Request& request, const Match& match) {
    if (match.route == nullptr) {
        CallRecord record(request);
        return no_route(match, request, record);
    }
    if (match.route->prepare == nullptr) return serve_route(services, request, match);
    Prepared prepared = prepare(services, request, match);
    if (!prepared.write) return std::move(prepared.reply);
    RequestScope scope(services, request);
    chat::carry_out(scope.ports(), prepared.write->call->write());
    return finish(services, request, *prepared.write);
}

Reply refuse(const Request& request, const Error& error) {
    CallRecord record(request);
    if (const Match match = match_of(request); match.route != nullptr) record.route = match.route->name;
    return closed(request, record, reply_of(error, request, record));
}

}  // namespace billet::fcgi
