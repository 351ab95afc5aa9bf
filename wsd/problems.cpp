// wsd/problems.cpp — The code is read out of the problem; the object itself goes on as it is.
#include "wsd/problems.h"

#include <algorithm>

#include "lib/base/log.h"
#include "lib/wire/json.h"
#include "lib/wire/objects.h"

namespace billet::wsd {
namespace {

constexpr std::size_t kCodeNameBytesMax = 64;

bool is_code_name(std::string_view text) {
    return !text.empty() && text.size() <= kCodeNameBytesMax &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

void warn(std::string_view event, const RelayReply& reply, std::string_view code) {
    LogLine(LogLevel::kWarning, event)
        .with("request", reply.request_id)
        .with("status", reply.status)
        .with("code", code);
}

Problem no_answer(const RelayReply& reply) {
    return {Code::kUnavailable, wire::problem_json(unavailable("no answer from the api"), reply.request_id)};
}

}  // namespace

Problem problem_of(const RelayReply& reply) {
    if (reply.status == 0) return no_answer(reply);
    const auto problem = wire::parse_json(reply.body, {});
    const wire::Json* const member = problem ? problem->find("code") : nullptr;
    const std::string_view name = member != nullptr ? std::string_view(member->text) : std::string_view{};
    if (!is_code_name(name)) {
        warn("refusal_unreadable", reply, "none");
        return no_answer(reply);
    }
    const auto code = code_named(name);
    if (!code) warn("refusal_unknown", reply, name);
    return {code, reply.body};
}

}  // namespace billet::wsd
