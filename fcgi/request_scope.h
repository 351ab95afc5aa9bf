// fcgi/request_scope.h — What holds for one request, inside the ports that its rules get: until
// when the store tries and for whom, what notices name as their cause, and a limiter that remembers
// what it said.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "fcgi/recording_limiter.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "fcgi/services.h"
#include "lib/chat/admission.h"
#include "lib/chat/ports.h"

namespace billet::fcgi {

std::chrono::steady_clock::time_point deadline_of(const Services& services, const Request& request);

// One at a time for each Services: the store keeps what the request has set.
class RequestScope {
public:
    // `services` must outlive the object.
    RequestScope(Services& services, const Request& request);
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

    chat::Ports& ports() { return ports_; }
    // A token that was taken outside of this scope.
    void note(const chat::TokenAnswer& answer, bool returned) { limiter_.note(answer, returned); }
    // From now on the store is asked for this caller, whom its first answer lets in or refuses.
    chat::Admission& expect(chat::Admission caller);
    // Of what has been taken so far, see recording_limiter.h.
    std::vector<Header> limit_headers() const { return limiter_.headers(); }

private:
    chat::Store& store_;
    std::optional<chat::Admission> admission_;
    RecordingLimiter limiter_;
    chat::Ports ports_;
};

}  // namespace billet::fcgi
