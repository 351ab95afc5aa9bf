// fcgi/metrics_server.cpp — Listening in the caller's thread, whose errors end the start.
#include "fcgi/metrics_server.h"

namespace billet::fcgi {

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& path) {
    std::unique_ptr<MetricsServer> server(new MetricsServer());
    if (auto listening = server->endpoint_.listen(path); !listening) return std::move(listening).error();
    server->thread_ = std::jthread([loop = &server->loop_] { loop->run(); });
    return server;
}

}  // namespace billet::fcgi
