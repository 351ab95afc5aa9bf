// fcgi/pipeline.h — From request to reply, for every call in the same order.
#pragma once

#include <cstdint>
#include <memory>

#include "fcgi/call_record.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "fcgi/routes.h"
#include "fcgi/services.h"
#include "fcgi/write_call.h"
#include "lib/base/error.h"

namespace billet::fcgi {

// Request id, route (404, 405), token (401, 403), limit (429), body (415, 413, 400), handler (422
// and the rest), one log line, metrics. In this order an error wins; the caller's rows are fetched
// together with what the handler first asks the store.
// Never fails and never throws: what goes wrong is a problem reply. Blocks for the store's
// deadlines.
// `match` is the request's.
Reply serve(Services& services, const Request& request, const Match& match);

// The request is not worked on: a problem reply, log line and metrics as of one that was.
Reply refuse(const Request& request, const Error& error);

// A call that ends in a write, as far as that: whoever carries it out finishes it.
struct PreparedWrite {
    CallRecord record;
    std::unique_ptr<WriteCall> call;
    chat::Caller caller;
    std::uint64_t path_id = 0;
};

struct Prepared {
    Reply reply;                           // when there is no write
    std::unique_ptr<PreparedWrite> write;  // nullptr: refused
};

// `match` is one of a route that prepares.
Prepared prepare(Services& services, const Request& request, const Match& match);
// Its outcome becomes the reply, as of serve(). Any thread's services will do.
Reply finish(Services& services, const Request& request, PreparedWrite& prepared);

}  // namespace billet::fcgi
