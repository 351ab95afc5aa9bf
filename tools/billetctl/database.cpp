// tools/billetctl/database.cpp — The chores.
#include "tools/billetctl/database.h"

#include <cstdint>

#include "lib/store/maintenance.h"
#include "tools/billetctl/backup.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

constexpr std::size_t kUsersAtOnce = 500;
constexpr std::size_t kSessionsAtOnce = 500;
// Above every leeway for clocks.
constexpr std::chrono::hours kSessionMargin{24};

}  // namespace

Result<void> start_epoch(Operator& op) {
    auto database = store::WholeDatabase::create(op.config().database);
    if (!database) return std::move(database).error();
    auto step = (*database)->restore_step();
    if (!step) return std::move(step).error();
    if (*step == store::RestoreStep::kLoading)
        return make_error(Code::kConflict,
                          "a restore was cut off while it loaded the rows; run 'billetctl restore' again");
    return finish_restore(op, **database);
}

namespace {

Result<void> prune_sessions(store::Maintenance& maintenance) {
    const Time cutoff = now() - kSessionMargin;
    std::uint64_t sessions = 0;
    for (bool more = true; more && !is_interrupted();) {
        auto deleted = maintenance.prune_sessions(cutoff, kSessionsAtOnce);
        if (!deleted) return std::move(deleted).error();
        sessions += *deleted;
        more = *deleted == kSessionsAtOnce;
    }
    say("deleted " + std::to_string(sessions) + " sessions that ended before " + to_rfc3339(cutoff));
    return {};
}

Result<void> prune_events(store::Maintenance& maintenance, const LimitsConfig& limits) {
    auto total = maintenance.user_count();
    if (!total) return std::move(total).error();
    const Time cutoff = now() - std::chrono::hours{24} * limits.events_keep_days;
    std::uint64_t events = 0;
    {
        Progress progress("pruning event logs", *total);
        UserId after;
        for (bool more = true; more && !is_interrupted();) {
            auto step = maintenance.prune_events(after, cutoff, kUsersAtOnce);
            if (!step) return std::move(step).error();
            events += step->events;
            progress.advance(step->users);
            after = step->last;
            more = step->users == kUsersAtOnce;
        }
    }
    say("deleted " + std::to_string(events) + " events from before " + to_rfc3339(cutoff));
    return {};
}

}  // namespace

Result<void> prune(Operator& op) {
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    watch_for_interrupts();
    if (auto done = prune_sessions(**maintenance); !done) return done;
    if (auto done = prune_events(**maintenance, op.config().limits); !done) return done;
    if (is_interrupted()) return make_error(Code::kUnavailable, "stopped before the end; run it again to go on");
    return {};
}

}  // namespace billet::ctl
