// fcgi/transport.h — Between libfcgi's streams and our plain values. The only callers of libfcgi
// are this file and pending.cpp.
#pragma once

#include <fcgiapp.h>

#include <optional>

#include "fcgi/listen.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "lib/fastcgi/record_check.h"

namespace billet::fcgi {

// Reads parameters and body of a request whose records have been checked: nothing here waits for
// the peer. nullopt: libfcgi saw it otherwise, and nothing must be done for it.
// Who speaks is told by `peer`: what only wsd may say is not heard from nginx.
std::optional<Request> read_request(FCGX_Request& fcgi, const fastcgi::RecordCheck& check, Peer peer);

// `head_only`: all headers, no body. A peer that has gone shows when the request is finished.
void write_reply(FCGX_Request& fcgi, const Reply& reply, bool head_only);

// The same for a reply after which the connection ends, in such a way that nginx sends nothing more
// on it. Blocks until all has been written; false when the peer does not take it. The request is to
// be freed afterwards, not finished.
bool write_last_reply(const FCGX_Request& fcgi, const Reply& reply, bool head_only);

}  // namespace billet::fcgi
