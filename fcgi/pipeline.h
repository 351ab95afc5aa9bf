// fcgi/pipeline.h — From request to reply, for every call in the same order.
#pragma once

#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "fcgi/services.h"
#include "lib/base/error.h"

namespace billet::fcgi {

// Request id, route (404, 405), token (401, 403), limit (429), body (415, 413, 400), handler (422
// and the rest), one log line, metrics. In this order an error wins; the caller's rows are fetched
// together with what the handler first asks the store.
// Never fails and never throws: what goes wrong is a problem reply. Blocks for the store's
// deadlines.
Reply serve(Services& services, const Request& request);

// The request is not worked on: a problem reply, log line and metrics as of one that was.
Reply refuse(const Request& request, const Error& error);

// Whether serving it hashes a password, which takes long and may wait for its turn: not to be done
// in a worker.
bool hashes(const Request& request);

}  // namespace billet::fcgi
