// tests/fakes/wsd/fake_daemon.h — billet-wsd without its loop, its sockets, its bus and its api:
// the real sessions, hub and heads on fakes, and a clock that moves only when it is told to.
#pragma once

#include <list>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "tests/fakes/wsd/fake_channels.h"
#include "tests/fakes/wsd/fake_relay.h"
#include "tests/fakes/wsd/fake_socket.h"
#include "wsd/head_reconciler.h"
#include "wsd/client_session.h"

namespace billet::fakes {

// One connection, from its handshake to its end.
class FakeConnection {
public:
    FakeConnection(wsd::ConnectionId id, wsd::Services& services, std::string address)
        : session(id, socket, services, std::move(address)) {
        // As wsd/connection.cpp does it.
        socket.on_failure = [this] { session.close(CloseCode::kInternal); };
    }

    FakeSocket socket;
    wsd::ClientSession session;
    bool is_gone = false;  // closed, cut or left by its client
    // Of the close frame that the client got; kNone: it got none.
    CloseCode code = CloseCode::kNone;
};

class FakeDaemon {
public:
    // What `settings` names must outlive it. All daemons of a process share the clock: one at a
    // time.
    explicit FakeDaemon(const wsd::Settings& settings, unsigned seed = 1);

    FakeRelay relay;
    FakeChannels channels;
    wsd::Hub hub{channels, "incarnation"};
    wsd::Counters counters;
    std::minstd_rand random;

    FakeConnection& connect(std::string address = "192.0.2.1");
    // The client has gone without a word.
    void disconnect(FakeConnection& connection);
    // What the loop does when nothing new has come: lets sockets that have room go on, and closes
    // who is ready for it.
    void settle();
    // Lets that time pass, timer by timer; settles after each.
    void advance(std::chrono::milliseconds time);
    // Answers the oldest open request, or the one at that place.
    void answer(wsd::RelayReply reply, std::size_t at = 0);
    void notify(const wire::Notice& notice);
    void take_bus_down();
    void bring_bus_up();
    // From now on heads are compared as the daemon does it; not before, so that tests of other
    // things see no such request.
    void compare_heads();

private:
    wsd::Sessions sessions_;
    wsd::Services services_;
    std::list<FakeConnection> connections_;
    std::optional<wsd::HeadReconciler> reconciler_;
    wsd::ConnectionId last_id_ = 0;

    bool settle_one(FakeConnection& connection);
    void end(FakeConnection& connection);
    wsd::SteadyTime next_wake() const;
};

// The time that sessions of a FakeDaemon see.
wsd::SteadyTime fake_now();

}  // namespace billet::fakes
