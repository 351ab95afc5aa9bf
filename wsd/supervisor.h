// wsd/supervisor.h — What systemd wants to hear: ready, alive, stopping. Says nothing when it was
// not started by systemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace billet::wsd {

class Supervisor {
public:
    // Reads NOTIFY_SOCKET and WATCHDOG_USEC.
    Supervisor();

    // E.g. "READY=1". Never blocks, never fails: nobody could help.
    void tell(std::string_view state) const;
    // How often "WATCHDOG=1" is due: half of what systemd allows; nullopt when it does not watch.
    std::optional<std::chrono::microseconds> watchdog_interval() const { return watchdog_interval_; }

private:
    std::string socket_;
    std::optional<std::chrono::microseconds> watchdog_interval_;
};

}  // namespace billet::wsd
