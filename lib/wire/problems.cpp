// lib/wire/problems.cpp — Errors as RFC 9457 problems: one fixed sentence per code, so that nothing internal and no id gets out.
#include "lib/wire/objects.h"
#include "lib/wire/writer.h"

namespace billet::wire {
namespace {

std::string_view sentence(Code code) {
    switch (code) {
        case Code::kBadJson: return "the body is not the JSON that this call takes";
        case Code::kUnknownField: return "the body has a member that this call does not know";
        case Code::kUnauthenticated: return "no valid credentials";
        case Code::kTokenExpired: return "the access token has expired";
        case Code::kAccountDisabled: return "the account is disabled";
        case Code::kForbidden: return "not allowed";
        case Code::kCannotMessage: return "messages cannot be sent to this user";
        case Code::kNotFound: return "not found";
        case Code::kMethodNotAllowed: return "this path does not know the method";
        case Code::kConflict: return "the name is taken";
        case Code::kIdempotencyConflict: return "this client_msg_id was used for another content";
        case Code::kResyncRequired: return "the event log cannot be continued from there: load the state anew";
        case Code::kTooLarge: return "the request is too large";
        case Code::kUnsupportedMediaType: return "the body must be application/json in UTF-8";
        case Code::kInvalidArgument: return "a value is missing or not acceptable";
        case Code::kRateLimited: return "too many requests: slow down";
        case Code::kUnavailable: return "temporarily unavailable: try again";
        case Code::kInternal: return "internal error";
    }
    return "internal error";
}

bool tells_when(Code code) {
    return code == Code::kRateLimited || code == Code::kUnavailable;
}

void write_fields(JsonWriter& out, const Error& error) {
    out.key("errors");
    out.begin_array();
    for (const FieldError& field : error.fields) {
        out.begin_object();
        out.member("field", field.field);
        out.member("code", field.code);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

std::string problem_json(const Error& error, std::string_view request_id) {
    const int status = http_status(error.code);
    JsonWriter out;
    out.begin_object();
    out.member("type", "about:blank");
    out.member("title", http_title(status));
    out.member("status", std::int64_t{status});
    out.member("detail", sentence(error.code));
    out.member("code", code_name(error.code));
    out.member("request_id", request_id);
    if (tells_when(error.code))
        out.member("retry_after", std::int64_t{std::max<std::int64_t>(1, error.retry_after.count())});
    if (error.code == Code::kInvalidArgument) write_fields(out, error);
    out.end_object();
    return out.take();
}

int http_status(Code code) {
    switch (code) {
        case Code::kBadJson:
        case Code::kUnknownField: return 400;
        case Code::kUnauthenticated:
        case Code::kTokenExpired: return 401;
        case Code::kAccountDisabled:
        case Code::kForbidden:
        case Code::kCannotMessage: return 403;
        case Code::kNotFound: return 404;
        case Code::kMethodNotAllowed: return 405;
        case Code::kConflict:
        case Code::kIdempotencyConflict: return 409;
        case Code::kResyncRequired: return 410;
        case Code::kTooLarge: return 413;
        case Code::kUnsupportedMediaType: return 415;
        case Code::kInvalidArgument: return 422;
        case Code::kRateLimited: return 429;
        case Code::kUnavailable: return 503;
        case Code::kInternal: return 500;
    }
    return 500;
}

std::string_view http_title(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 204: return "No Content";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 503: return "Service Unavailable";
        default: return "Internal Server Error";
    }
}

}  // namespace billet::wire
