// fcgi/metrics_server.h — The process's metrics on a unix socket, one scrape at a time, in a thread of its own.
#pragma once

#include <thread>

namespace billet::fcgi {

class MetricsServer {
public:
    // Takes over `listen_fd` (listening, non-blocking) and serves until destroyed. A client has two seconds for each read and write.
    explicit MetricsServer(int listen_fd);
    ~MetricsServer();
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

private:
    void run(const std::stop_token& stop) const;

    int listen_fd_;
    int wake_fd_ = -1;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace billet::fcgi
