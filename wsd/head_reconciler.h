// wsd/head_reconciler.h — Comparing heads: is any session behind its user's log, revoked, disabled,
// or of another epoch? Whatever the bus has lost comes to light here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wsd/services.h"

namespace billet::wsd {

// Asks the api for the heads of all connected users, in batches one after the other: every
// compare_heads_ms, every compare_heads_bus_down_ms while the bus is down, at once when it comes
// up, and as often as before until the api has found that out, too.
class HeadReconciler {
public:
    explicit HeadReconciler(Services& services);

    // Often, from a timer; does nothing until it is time.
    void tick();
    void on_bus(bool up);

private:
    Services& services_;
    bool bus_up_ = false;
    SteadyTime bus_trusted_at_;
    SteadyTime next_at_;  // after what interval() looks at
    bool running_ = false;
    bool again_ = false;  // the bus came up during a comparison
    // Of the comparison that is running: request bodies, the next one last.
    std::vector<std::string> batches_;

    void begin();
    void ask_next();
    void on_reply(const RelayReply& reply);
    void end();
    std::chrono::milliseconds interval() const;
};

}  // namespace billet::wsd
