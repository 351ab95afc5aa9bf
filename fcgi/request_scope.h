// fcgi/request_scope.h — What holds for one request, inside the ports that its rules get: until
// when the store tries, what notices name as their cause, and a limiter that remembers what it
// said.
#pragma once

#include <vector>

#include "fcgi/recording_limiter.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "fcgi/services.h"
#include "lib/chat/ports.h"

namespace billet::fcgi {

// One at a time for each Services: the store keeps the deadline of the request that came last.
class RequestScope {
public:
    // `services` must outlive the object.
    RequestScope(Services& services, const Request& request);
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

    chat::Ports& ports() { return ports_; }
    // Of what has been taken so far, see recording_limiter.h.
    std::vector<Header> limit_headers() const { return limiter_.headers(); }

private:
    RecordingLimiter limiter_;
    chat::Ports ports_;
};

}  // namespace billet::fcgi
