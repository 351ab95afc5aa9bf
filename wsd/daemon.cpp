// wsd/daemon.cpp — Start, tick, drain.
#include "wsd/daemon.h"

#include <algorithm>
#include <csignal>
#include <cstdint>

#include "lib/base/config.h"
#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "lib/base/text.h"
#include "wsd/client_session.h"

namespace billet::wsd {
namespace {

constexpr std::chrono::milliseconds kTick{100};
// After the last close frame, for the clients' answers.
constexpr std::chrono::seconds kLastWords{2};

SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}

NoticeAges notice_ages(const Config& config) {
    return {.sign_out = config.wsd.notice_age_s,
            .typing = std::min(config.wsd.notice_age_s, config.limits.typing_expires_s)};
}

}  // namespace

Daemon::Daemon(event::Loop* loop, const Config& config, std::shared_ptr<crypto::NoticeSealer> sealer)
    : loop_(loop),
      config_(config),
      incarnation_(random_id().substr(0, 16)),
      random_(static_cast<std::minstd_rand::result_type>(steady_now().time_since_epoch().count())),
      channels_(loop, config.wsd, config.redis_wsd, notice_ages(config), std::move(sealer), incarnation_),
      relay_(loop, config.wsd, [this](ConnectionId id) { return sessions_.contains(id); }),
      hub_(channels_, incarnation_),
      services_{{config.wsd, config.limits, config.redis}, relay_, hub_, sessions_, counters_, random_, steady_now},
      reconciler_(services_),
      metrics_(loop, [this] { export_metrics(); }),
      tick_(loop, *this),
      watchdog_(loop, *this),
      on_terminate_(loop, *this, SIGTERM),
      on_interrupt_(loop, *this, SIGINT),
      on_hangup_(loop, *this, SIGHUP) {}

Result<void> Daemon::start(std::size_t connections_max) {
    auto server = Server::create(loop_, services_, connections_max);
    if (!server) return std::move(server).error();
    server_ = std::move(*server);
    if (!config_.wsd.metrics_listen.empty()) {
        if (auto listening = metrics_.listen(config_.wsd.metrics_listen); !listening) return listening;
    }
    channels_.start({.on_subscribed = [this](UserId user) { hub_.on_subscribed(user); },
                     .on_notice = [this](const wire::Notice& notice) { hub_.on_notice(notice); },
                     .on_state = [this](bool up) { reconciler_.on_bus(up); }});
    tick_.start(kTick);
    on_watchdog();
    supervisor_.tell("READY=1");
    LogLine(LogLevel::kInfo, "started")
        .with("version", BILLET_VERSION)
        .with("incarnation", incarnation_)
        .with("connections_max", std::uint64_t{connections_max});
    return {};
}

void Daemon::on_watchdog() {
    const auto interval = supervisor_.watchdog_interval();
    if (!interval) return;
    supervisor_.tell("WATCHDOG=1");
    watchdog_.start(*interval);
}

void Daemon::on_reload_signal() {
    const auto reloaded = channels_.reload_keys();
    if (reloaded) {
        LogLine(LogLevel::kInfo, "keys_reloaded");
    } else {
        LogLine(LogLevel::kError, "keys_not_reloaded").with("keys", "bus").with("detail", reloaded.error().detail);
    }
}

void Daemon::on_tick() {
    tick_.start(kTick);
    reconciler_.tick();
    memory_.tick(steady_now(), sessions_.size());
    if (drained_at_ != SteadyTime::max()) close_some();
}

// --- The end -------------------------------------------------------------------------------------

void Daemon::on_stop_signal() {
    if (drained_at_ != SteadyTime::max()) return;
    supervisor_.tell("STOPPING=1");
    LogLine(LogLevel::kInfo, "stopping").with("connections", std::uint64_t{sessions_.size()});
    server_->stop_listening();
    drained_at_ = steady_now() + config_.wsd.drain_s;
    close_some();
}

// As many as keeps the pace, so that they do not all come back in the same moment.
void Daemon::close_some() {
    const SteadyTime now = steady_now();
    if (sessions_.empty() || now >= drained_at_ + kLastWords) return ev_break(loop_, EVBREAK_ALL);
    std::vector<ClientSession*> open;
    for (const auto& [id, session] : sessions_) {
        if (!session->is_closing()) open.push_back(session);
    }
    const auto ticks_left = std::max<std::int64_t>(1, (drained_at_ - now) / kTick);
    const std::size_t share =
        (open.size() + static_cast<std::size_t>(ticks_left) - 1) / static_cast<std::size_t>(ticks_left);
    for (std::size_t i = 0; i < share; ++i) open[i]->close(CloseCode::kRestarting);
}

void Daemon::export_metrics() {
    metrics::set(metrics::kConnections, static_cast<double>(counters_.live), "live");
    metrics::set(metrics::kConnections, static_cast<double>(server_->open() - counters_.live), "opening");
    metrics::count(metrics::kDelivered, {}, static_cast<double>(counters_.delivered - exported_.delivered));
    metrics::set(metrics::kOutboxBytes, static_cast<double>(waiting.outboxes));
    metrics::set(metrics::kWaitingBytes, static_cast<double>(waiting.commands), "commands");
    metrics::set(metrics::kWaitingBytes, static_cast<double>(waiting.relays), "relays");
    metrics::set(metrics::kWaitingBytes, static_cast<double>(waiting.held), "notices");
    metrics::set(metrics::kRelaysWaiting, static_cast<double>(relay_.waiting()));
    exported_ = counters_;
}

}  // namespace billet::wsd
