// fcgi/request_scope.cpp — A thread's services become the ports of one request.
#include "fcgi/request_scope.h"

#include <utility>

#include "lib/base/config/api.h"

namespace billet::fcgi {

std::chrono::steady_clock::time_point deadline_of(const Services& services, const Request& request) {
    return request.read_at + services.api.request_deadline_s;
}

RequestScope::RequestScope(Services& services, const Request& request)
    : store_(services.store),
      limiter_(services.limiter),
      ports_(chat::ports_on(services.store, services.notifier, limiter_, services.passwords, services.tokens,
                            services.limits)) {
    ports_.cause = request.cause;
    store_.set_deadline(deadline_of(services, request));
}

RequestScope::~RequestScope() {
    store_.set_admission(nullptr);
}

chat::Admission& RequestScope::expect(chat::Admission caller) {
    admission_.emplace(std::move(caller));
    store_.set_admission(&*admission_);
    return *admission_;
}

}  // namespace billet::fcgi
