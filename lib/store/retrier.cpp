// lib/store/retrier.cpp — What follows a failure: again, or an error.
#include "lib/store/retrier.h"

#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "lib/store/errors.h"
#include "lib/store/write_probe.h"

namespace billet::store {
namespace {

using Clock = std::chrono::steady_clock;

// A wait that ended this close to the read time-out was ended by it.
constexpr Clock::duration kTimeoutSlack = std::chrono::milliseconds{200};

// The label of the retry's counter; empty: there is no retry.
std::string_view retry_reason(Verdict verdict) {
    switch (verdict) {
        case Verdict::kLost: return "lost_connection";
        case Verdict::kDeadlock: return "deadlock";
        case Verdict::kLockWait: return "lock_wait";
        case Verdict::kDuplicate:
        case Verdict::kNoReference:
        case Verdict::kTooLong:
        case Verdict::kReadOnly:
        case Verdict::kUnavailable:
        case Verdict::kBug: break;
    }
    return {};
}

// Whether a COMMIT that failed took place is unknown, unless the server says that it rolled back.
Verdict judge_in_context(const sql::SQLException& error, bool committing) {
    const Verdict verdict = judge(error);
    return committing && retry_reason(verdict).empty() ? Verdict::kUnavailable : verdict;
}

}  // namespace

void Retrier::set_admission(chat::Admission* admission) {
    question_.reset();
    if (admission != nullptr) question_.emplace(*admission);
}

Result<void> Retrier::prove_writable() {
    return server_->writable([this](bool thoroughly) {
        auto proved = run_for_nobody([thoroughly](DatabaseConnection& connection, int /*attempt*/) {
            return prove_writing(connection, thoroughly);
        });
        if (!proved && proved.error().reason == kReadOnlyReason) server_->distrust();
        return proved;
    });
}

Result<DatabaseConnection*> Retrier::sound_connection() {
    if (Clock::now() >= deadline_) return unavailable("the request's deadline has passed");
    return slot_.get();
}

void Retrier::clean_up(DatabaseConnection& connection, bool lost) {
    if (lost || connection.committing()) return slot_.drop();
    try {
        connection.rollback();
    } catch (const sql::SQLException&) {
        slot_.drop();
    }
}

std::optional<Error> Retrier::after_failure(const sql::SQLException& error, DatabaseConnection& connection,
                                            int attempt) {
    const Verdict verdict = judge_in_context(error, connection.committing());
    const Clock::duration waited = Clock::now() - connection.last_began();
    const bool hangs = verdict == Verdict::kLost && waited + kTimeoutSlack >= slot_.config().read_timeout_s;
    if (verdict == Verdict::kReadOnly) server_->distrust();
    // A lock wait is the work of somebody who is slow, or of a COMMIT that hangs and keeps its
    // locks.
    if (verdict == Verdict::kLost || verdict == Verdict::kLockWait || verdict == Verdict::kUnavailable)
        server_->doubt();
    clean_up(connection, verdict == Verdict::kLost || verdict == Verdict::kReadOnly);
    // A server that does not answer at all will not answer the next try either, and the caller's
    // patience is spent.
    if (hangs) slot_.pause_after(waited);
    const std::string_view reason = retry_reason(verdict);
    if (!reason.empty() && !hangs && attempt < kTriesMax && Clock::now() < deadline_) {
        metrics::count(metrics::kStoreRetries, reason);
        return std::nullopt;
    }
    return final_error(verdict, describe(error));
}

Error Retrier::after_accident(const std::exception& error) {
    slot_.drop();
    return make_error(Code::kInternal, std::string("unexpected exception: ") + error.what());
}

}  // namespace billet::store
