// fcgi/health.cpp — Is the process there, and can it do its work?
#include "fcgi/handlers.h"

namespace billet::fcgi {
namespace {

std::string state_of(bool up) {
    return up ? "ok" : "down";
}

// "read_only" is a reason of the store's own.
std::string state_of(const Result<void>& database) {
    if (database) return "ok";
    return database.error().reason.empty() ? "down" : database.error().reason;
}

std::string state_of(Probe::Presence presence) {
    switch (presence) {
        case Probe::Presence::kUp: return "ok";
        case Probe::Presence::kDown: return "down";
        case Probe::Presence::kUnknown: return "unknown";
    }
    return "unknown";
}

}  // namespace

Result<Reply> healthz(Context&) {
    return json_reply(200, R"({"status":"ok"})");
}

// Without MariaDB nothing can be answered, and where it cannot be written nothing can be sent: 503.
// Without Redis only the wake-ups are missing and limits are local, and without wsd clients go on
// by REST: degraded, 200.
Result<Reply> readyz(Context& context) {
    const Result<void> database = context.ports.health.ping();
    const Probe::Seen seen = context.probe.look();
    const bool all = seen.redis_up && seen.wsd == Probe::Presence::kUp;
    const std::string status = !database ? "unavailable" : all ? "ok" : "degraded";
    Reply reply = json_reply(database.ok() ? 200 : 503,
                             R"({"status":")" + status + R"(","database":")" + state_of(database) + R"(","redis":")" +
                                 state_of(seen.redis_up) + R"(","wsd":")" + state_of(seen.wsd) + R"("})");
    if (!database) reply.with("Retry-After", "1");
    return reply;
}

}  // namespace billet::fcgi
