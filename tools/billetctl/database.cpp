// tools/billetctl/database.cpp — The chores.
#include "tools/billetctl/database.h"

#include "lib/store/maintenance.h"
#include "lib/store/whole_database.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

constexpr std::size_t kUsersAtOnce = 500;

}  // namespace

Result<void> start_epoch(Operator& op) {
    auto database = store::WholeDatabase::create(op.config().database);
    if (!database) return std::move(database).error();
    auto step = (*database)->restore_step();
    if (!step) return std::move(step).error();
    if (*step == store::RestoreStep::kLoading)
        return make_error(Code::kConflict,
                          "a restore was cut off while it loaded the rows; run 'billetctl restore' again");
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    auto epoch = (*maintenance)->new_epoch();
    if (!epoch) return std::move(epoch).error();
    say(*epoch);
    warn("every client now reloads its rooms instead of resuming");
    return (*database)->end_restore();
}

Result<void> prune_events(Operator& op) {
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    auto total = (*maintenance)->user_count();
    if (!total) return std::move(total).error();
    const Time cutoff = now() - std::chrono::hours{24} * op.config().limits.events_keep_days;
    std::uint64_t events = 0;
    watch_for_interrupts();
    {
        Progress progress("pruning event logs", *total);
        UserId after;
        for (bool more = true; more && !is_interrupted();) {
            auto step = (*maintenance)->prune_events(after, cutoff, kUsersAtOnce);
            if (!step) return std::move(step).error();
            events += step->events;
            progress.advance(step->users);
            after = step->last;
            more = step->users == kUsersAtOnce;
        }
    }
    say("deleted " + std::to_string(events) + " events from before " + to_rfc3339(cutoff));
    if (is_interrupted()) return make_error(Code::kUnavailable, "stopped before the end; run it again to go on");
    return {};
}

}  // namespace billet::ctl
