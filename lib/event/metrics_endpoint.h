// lib/event/metrics_endpoint.h — The metrics of a process over HTTP on a unix socket: billet-wsd
// has it on its one loop, billet-api on one for it alone.
#pragma once

#include <functional>
#include <list>
#include <string>

#include "lib/base/descriptor.h"
#include "lib/base/result.h"
#include "lib/event/loop.h"

namespace billet::event {

// A few clients at a time, two seconds for each; whoever comes beyond that is hung up on.
class MetricsEndpoint {
public:
    // `before` (may be empty): called before each answer, to bring the metrics up to date.
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
    void watch_again();
    // Destroys the client.
    void forget(const Client& client);

    Loop* loop_;
    std::function<void()> before_;
    Descriptor listener_;
    std::list<Client> clients_;
    Io<MetricsEndpoint, &MetricsEndpoint::on_acceptable> io_;
    Timer<MetricsEndpoint, &MetricsEndpoint::watch_again> again_;
};

}  // namespace billet::event
