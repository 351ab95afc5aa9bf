// fcgi/health.cpp — Is the process there, and can it do its work?
#include "fcgi/handlers.h"

namespace billet::fcgi {

Result<Reply> healthz(Context&) {
    return json_reply(200, R"({"status":"ok"})");
}

// Without MariaDB nothing can be answered: 503. Without Redis only the wake-ups are missing and limits are local: degraded, 200.
Result<Reply> readyz(Context& context) {
    const bool database = context.ports.store.ping().ok();
    const bool redis = context.probe.redis_up();
    const std::string status = !database ? "unavailable" : !redis ? "degraded" : "ok";
    Reply reply =
        json_reply(database ? 200 : 503, R"({"status":")" + status + R"(","database":")" + (database ? "ok" : "down") +
                                             R"(","redis":")" + (redis ? "ok" : "down") + R"("})");
    if (!database) reply.with("Retry-After", "1");
    return reply;
}

}  // namespace billet::fcgi
