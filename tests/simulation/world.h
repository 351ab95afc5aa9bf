// tests/simulation/world.h — Two clients of one user, the api and the bus around a real wsd, and
// what happens to them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/wsd/fake_daemon.h"
#include "tests/simulation/model_client.h"
#include "tests/simulation/model_server.h"
#include "tests/simulation/schedule.h"

namespace billet::simulation {

// Plays a schedule, then lets everything come to rest. After each step: every cursor once, in
// order, none skipped, each the log's own event; at most one reply a request; one request a
// connection at the api; memory within its bounds; no session lives that is known to be revoked. At
// rest: nobody is behind, nobody waits for a reply, no byte is counted that is not there.
class World {
public:
    // nullopt, or which step broke what.
    static Broken play(const Schedule& schedule);
    ~World();

private:
    // A request that has been carried out; its answer is under way.
    struct Answered {
        fakes::FakeRelay::Open open;
        wsd::RelayReply reply;
    };

    explicit World(const Schedule& schedule);

    const wsd::Settings config_;
    ModelServer server_;
    fakes::FakeDaemon daemon_;
    std::array<ModelClient, 2> clients_;
    std::vector<Answered> answered_;
    std::vector<wire::Notice> notices_;  // under way
    Broken broken_;

    void take(const Step& step);
    void take_bus_step(Act act, std::uint32_t number);
    void take_api_step(Act act, std::uint32_t number);
    void take_client_step(const Step& step);
    void restore(std::uint32_t fewer);
    void pass(std::chrono::milliseconds time);
    void publish();
    void deliver(std::size_t at, bool keep);
    void reply(const fakes::FakeRelay::Open& open, wsd::RelayReply reply);
    void tell_clients(const fakes::FakeRelay::Open& open, const wsd::RelayReply& reply);
    static wsd::RelayReply failure(const wsd::RelayRequest& request, std::uint32_t number);
    void look();
    void look_at_relay();
    void look_at_memory();
    void come_to_rest();
    void serve_all();
    void must_close(std::string_view session);
    void must_not_ask_again(wsd::ConnectionId owner);
};

}  // namespace billet::simulation
