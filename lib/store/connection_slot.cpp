// lib/store/connection_slot.cpp — Opening with a pause after failures.
#include "lib/store/connection_slot.h"

#include <algorithm>
#include <utility>

#include <cppconn/exception.h>

#include "lib/base/log.h"
#include "lib/store/errors.h"

namespace billet::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Clock::duration kPauseMin = std::chrono::milliseconds{200};
constexpr Clock::duration kPauseMax = std::chrono::seconds{2};

}  // namespace

ConnectionSlot::ConnectionSlot(DatabaseConfig config, const ServerHealth& server)
    : config_(std::move(config)), server_(server) {}

void ConnectionSlot::pause_after(Clock::duration waited) {
    not_before_ = Clock::now() + std::clamp(waited, kPauseMin, kPauseMax);
}

Result<DatabaseConnection*> ConnectionSlot::get() {
    if (connection_ && !server_.trusts(opened_)) drop();
    if (connection_) return connection_.get();
    const auto began = Clock::now();
    if (began < not_before_) return unavailable("the database was unreachable a moment ago");
    try {
        connection_ = std::make_unique<DatabaseConnection>(config_);
        opened_ = began;
        return connection_.get();
    } catch (const sql::SQLException& error) {
        pause_after(Clock::now() - began);
        LogLine(LogLevel::kWarning, "database_unreachable").with("error", describe(error));
        return unavailable("cannot connect to the database: " + describe(error));
    }
}

}  // namespace billet::store
