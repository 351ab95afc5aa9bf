// fcgi/request_scope.cpp — A thread's services become the ports of one request.
#include "fcgi/request_scope.h"

#include "lib/base/config/api.h"

namespace billet::fcgi {

RequestScope::RequestScope(Services& services, const Request& request)
    : limiter_(services.limiter),
      ports_(chat::ports_on(services.store, services.notifier, limiter_, services.passwords, services.tokens,
                            services.limits)) {
    ports_.cause = request.cause;
    services.store.set_deadline(request.read_at + services.api.request_deadline_s);
}

}  // namespace billet::fcgi
