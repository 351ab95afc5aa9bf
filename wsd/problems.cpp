// wsd/problems.cpp — The code is read out of the problem; the object itself goes on as it is.
#include "wsd/problems.h"

#include <array>

#include "lib/wire/json.h"
#include "lib/wire/objects.h"

namespace billet::wsd {
namespace {

constexpr std::array kCodes = {Code::kBadJson,
                               Code::kUnknownField,
                               Code::kUnauthenticated,
                               Code::kTokenExpired,
                               Code::kAccountDisabled,
                               Code::kForbidden,
                               Code::kCannotMessage,
                               Code::kNotFound,
                               Code::kMethodNotAllowed,
                               Code::kConflict,
                               Code::kIdempotencyConflict,
                               Code::kResyncRequired,
                               Code::kTooLarge,
                               Code::kUnsupportedMediaType,
                               Code::kInvalidArgument,
                               Code::kRateLimited,
                               Code::kUnavailable,
                               Code::kInternal};

const Code* find_code(std::string_view name) {
    for (const Code& code : kCodes) {
        if (code_name(code) == name) return &code;
    }
    return nullptr;
}

}  // namespace

Problem problem_of(const RelayReply& reply) {
    const auto problem = wire::parse_json(reply.body, {});
    const wire::Json* code = problem ? problem->find("code") : nullptr;
    const Code* known = code != nullptr ? find_code(code->text) : nullptr;
    if (known != nullptr) return {*known, reply.body};
    return {Code::kUnavailable, wire::problem_json(unavailable("no answer from the api"), reply.request_id)};
}

}  // namespace billet::wsd
