// wsd/metrics_endpoint.h — Metrics over HTTP on a unix socket, on the same loop as everything else.
#pragma once

#include <functional>
#include <list>
#include <string>

#include "lib/base/descriptor.h"
#include "lib/base/result.h"
#include "wsd/loop.h"

namespace billet::wsd {

class MetricsEndpoint {
public:
    // `before`: called before each answer, to bring the metrics up to date.
    MetricsEndpoint(Loop* loop, std::function<void()> before);

    // kUnavailable when it cannot listen.
    Result<void> listen(const std::string& path);

private:
    // One scrape: a request head in, an answer out, closed.
    class Client {
    public:
        Client(Loop* loop, MetricsEndpoint& endpoint, Descriptor fd);

    private:
        void on_io(int events);
        void on_timeout();
        void read_head();
        void write_answer();

        MetricsEndpoint& endpoint_;
        Descriptor fd_;
        std::string head_;
        std::string answer_;
        Io<Client, &Client::on_io> io_;
        Timer<Client, &Client::on_timeout> timer_;
    };

    void on_acceptable(int);
    // Destroys the client.
    void forget(const Client& client);

    Loop* loop_;
    std::function<void()> before_;
    Descriptor listener_;
    std::list<Client> clients_;
    Io<MetricsEndpoint, &MetricsEndpoint::on_acceptable> io_;
};

}  // namespace billet::wsd
