// wsd/daemon.h — The parts of billet-wsd put together, its signals, and its end.
#pragma once

#include <memory>

#include "wsd/bus_channels.h"
#include "wsd/head_reconciler.h"
#include "wsd/memory.h"
#include "lib/event/metrics_endpoint.h"
#include "wsd/relay_client.h"
#include "wsd/server.h"
#include "wsd/supervisor.h"

namespace billet {
struct Config;
}

namespace billet::wsd {

class Daemon {
public:
    // `config` must outlive the daemon.
    Daemon(event::Loop* loop, const Config& config, std::shared_ptr<crypto::NoticeSealer> sealer);

    // Listens and connects. kUnavailable when it cannot listen. `connections_max`: what the limit
    // of files leaves.
    Result<void> start(std::size_t connections_max);

private:
    void on_stop_signal();
    void on_reload_signal();
    void on_tick();
    void on_watchdog();
    void close_some();
    void export_metrics();

    event::Loop* loop_;
    const Config& config_;
    const std::string incarnation_;
    std::minstd_rand random_;
    Counters counters_;
    Counters exported_;
    Sessions sessions_;
    BusChannels channels_;
    RelayClient relay_;
    Hub hub_;
    Services services_;
    HeadReconciler reconciler_;
    Supervisor supervisor_;
    event::MetricsEndpoint metrics_;
    MemoryReturn memory_;
    std::unique_ptr<Server> server_;
    event::Timer<Daemon, &Daemon::on_tick> tick_;
    event::Timer<Daemon, &Daemon::on_watchdog> watchdog_;
    event::Signal<Daemon, &Daemon::on_stop_signal> on_terminate_;
    event::Signal<Daemon, &Daemon::on_stop_signal> on_interrupt_;
    event::Signal<Daemon, &Daemon::on_reload_signal> on_hangup_;
    SteadyTime drained_at_ = SteadyTime::max();  // when everybody must have been told to go
};

}  // namespace billet::wsd
