// fcgi/pipeline.cpp — The steps of a call, and the one place where an error becomes an HTTP reply.
#include "fcgi/pipeline.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>

#include "fcgi/bearer.h"
#include "fcgi/media_type.h"
#include "fcgi/request_scope.h"
#include "fcgi/routes.h"
#include "lib/base/config/limits.h"
#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "lib/base/text.h"
#include "lib/chat/accounts.h"
#include "lib/chat/admission.h"
#include "lib/wire/internal.h"
#include "lib/wire/objects.h"

namespace billet::fcgi {
namespace {

using Clock = std::chrono::steady_clock;

// What the log line tells of a call beside its reply.
struct Account {
    std::string request_id;
    std::string_view route = "none";
    UserId user;
    std::optional<Error> error;
};

bool is_request_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

// A method as it may stand in the log: foreign text does not get there.
std::string_view known_method(std::string_view method) {
    constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    const auto* const found = std::ranges::find(kMethods, method);
    return found == kMethods.end() ? "other" : *found;
}

Match route_of(const Request& request) {
    return find_route(request.method, request.path, request.from_wsd);
}

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
    switch (route.limited) {
        case Limited::kNo: return {};
        case Limited::kByUseCase: return context.admission->settle(context.ports.sessions);
        case Limited::kCalls: break;
    }
    return context.admission->ask(context.ports.limiter,
                                  std::array{chat::TokenRequest{chat::calls_bucket(context.limits()),
                                                                std::to_string(context.caller.user.value)}});
}

Result<Reply> handle(const Route& route, Context& context) {
    if (auto done = check_body(route, context); !done) return std::move(done).error();
    return route.handler(context);
}

// A caller who is refused hears of nothing else, whatever has become of the call. Where no question
// to the store has decided it, that is done now; unless there is no database to ask.
Result<void> decide(Context& context, const Result<Reply>& outcome) {
    chat::Admission& admission = *context.admission;
    const bool away = admission.is_open() && !outcome && outcome.error().code == Code::kUnavailable;
    auto done = away ? admission.decide(outcome.error()) : admission.settle(context.ports.sessions);
    if (!done) context.extra.clear();
    return done;
}

Result<Reply> run(const Route& route, RequestScope& scope, Context& context, Account& account) {
    if (auto done = authenticate(route, scope, context); !done) return std::move(done).error();
    account.user = context.caller.user;
    if (auto done = limit(route, context); !done) return std::move(done).error();
    auto outcome = handle(route, context);
    if (context.admission == nullptr) return outcome;
    if (auto done = decide(context, outcome); !done) return std::move(done).error();
    return outcome;
}

// An exception that gets here is a bug or the end of memory: one request fails, not the process.
Result<Reply> run_guarded(const Route& route, RequestScope& scope, Context& context, Account& account) {
    try {
        return run(route, scope, context, account);
    } catch (const std::exception& exception) {
        return make_error(Code::kInternal, exception.what());
    }
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

Reply call(Services& services, const Request& request, Account& account) {
    const Match match = route_of(request);
    if (match.route == nullptr) {
        account.error = make_error(match.allow.empty() ? Code::kNotFound : Code::kMethodNotAllowed, "route");
        Reply reply = problem_reply(*account.error, request, account.request_id);
        if (!match.allow.empty()) reply.with("Allow", match.allow);
        return reply;
    }
    account.route = match.route->name;
    RequestScope scope(services, request);
    Context context{.request = request,
                    .ports = scope.ports(),
                    .probe = services.probe,
                    .query = wire::Query(request.query),
                    .path_id = match.path_id,
                    .caller = {},
                    .admission = nullptr,
                    .extra = {}};
    auto outcome = run_guarded(*match.route, scope, context, account);
    if (!outcome) account.error = outcome.error();
    Reply reply = outcome ? std::move(*outcome) : problem_reply(*account.error, request, account.request_id);
    for (Header& header : context.extra) reply.headers.push_back(std::move(header));
    for (Header& header : scope.limit_headers()) reply.headers.push_back(std::move(header));
    return reply;
}

void write_log_line(const Request& request, const Reply& reply, const Account& account, Clock::duration taken) {
    LogLine line(reply.status >= 500 ? LogLevel::kWarning : LogLevel::kInfo, "request");
    line.with("request", account.request_id)
        .with("method", known_method(request.method))
        .with("route", account.route)
        .with("status", reply.status)
        .with("duration_us", std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(taken).count()})
        .with("caller", request.from_wsd ? "wsd" : "nginx");
    if (account.user.value != 0) line.with("user", account.user.value);
    if (account.error) line.with("code", code_name(account.error->code)).with("detail", account.error->detail);
}

void count(const Reply& reply, const Account& account, Clock::duration taken) {
    metrics::observe(metrics::kRequestSeconds, std::chrono::duration<double>(taken).count(), account.route);
    metrics::count(metrics::kReplies, std::to_string(reply.status));
}

Account open_account(const Request& request) {
    return {.request_id = is_request_id(request.request_id) ? request.request_id : random_id(),
            .route = "none",
            .user = {},
            .error = {}};
}

Reply close_account(const Request& request, const Account& account, Reply reply) {
    reply.with("X-Request-Id", account.request_id).with("Cache-Control", "no-store");
    const Clock::duration taken = Clock::now() - request.read_at;
    write_log_line(request, reply, account, taken);
    count(reply, account, taken);
    return reply;
}

}  // namespace

Reply serve(Services& services, const Request& request) {
    Account account = open_account(request);
    return close_account(request, account, call(services, request, account));
}

Reply refuse(const Request& request, const Error& error) {
    Account account = open_account(request);
    if (const Match match = route_of(request); match.route != nullptr) account.route = match.route->name;
    account.error = error;
    return close_account(request, account, problem_reply(error, request, account.request_id));
}

bool hashes(const Request& request) {
    const Match match = route_of(request);
    return match.route != nullptr && match.route->hashing == Hashing::kYes;
}

}  // namespace billet::fcgi
