// fcgi/call_record.h — What is told of a call beside its reply: one log line, and metrics.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "lib/base/error.h"
#include "lib/base/ids.h"

namespace billet::fcgi {

struct CallRecord {
    std::string request_id;  // the peer's, if it is a sound one
    std::string_view route = "none";
    UserId user;
    std::optional<Error> error;

    explicit CallRecord(const Request& request);
};

// Writes the line, counts, and gives the reply what every reply bears.
Reply closed(const Request& request, const CallRecord& record, Reply reply);

}  // namespace billet::fcgi
