// lib/wire/problems.cpp — Errors as RFC 9457 problems, in the words of lib/base/error_codes.h.
#include <cstdint>

#include "lib/wire/objects.h"
#include "lib/wire/writer.h"

namespace billet::wire {
namespace {

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
    const ErrorRow& row = error_row(error.code);
    JsonWriter out;
    out.begin_object();
    out.member("type", "about:blank");
    out.member("title", http_title(row.status));
    out.member("status", std::int64_t{row.status});
    out.member("detail", row.sentence);
    out.member("code", row.name);
    out.member("request_id", request_id);
    if (row.again == Again::kWaited)
        out.member("retry_after", std::int64_t{std::max<std::int64_t>(1, error.retry_after.count())});
    if (error.code == Code::kInvalidArgument) write_fields(out, error);
    out.end_object();
    return out.take();
}

}  // namespace billet::wire
