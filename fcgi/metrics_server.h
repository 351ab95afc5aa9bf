// fcgi/metrics_server.h — The metrics endpoint on a loop and a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "lib/base/result.h"
#include "lib/event/metrics_endpoint.h"
#include "lib/event/own_loop.h"

namespace billet::fcgi {

// Serves until destroyed.
class MetricsServer {
public:
    // kUnavailable when it cannot listen at `path`.
    static Result<std::unique_ptr<MetricsServer>> start(const std::string& path);
    ~MetricsServer() { loop_.stop(); }
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

private:
    MetricsServer() : endpoint_(loop_.get(), {}) {}

    event::OwnLoop loop_;
    event::MetricsEndpoint endpoint_;
    std::jthread thread_;  // last: it uses the others, and is waited for before they go
};

}  // namespace billet::fcgi
