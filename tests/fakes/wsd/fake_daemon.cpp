// tests/fakes/wsd/fake_daemon.cpp — The loop's part, step by step.
#include "tests/fakes/wsd/fake_daemon.h"

#include <algorithm>

namespace billet::fakes {
namespace {

wsd::SteadyTime clock_now;

constexpr std::chrono::milliseconds kTick{100};  // as the daemon's

}  // namespace

wsd::SteadyTime fake_now() {
    return clock_now;
}

FakeDaemon::FakeDaemon(const wsd::Settings& settings, unsigned seed)
    : random(seed), services_{settings, relay, hub, sessions_, counters, random, fake_now} {
    clock_now = wsd::SteadyTime{} + std::chrono::hours{1};
    channels.on_subscribed = [this](UserId user) { hub.on_subscribed(user); };
}

FakeConnection& FakeDaemon::connect(std::string address) {
    return connections_.emplace_back(++last_id_, services_, std::move(address));
}

void FakeDaemon::disconnect(FakeConnection& connection) {
    connections_.remove_if([&](const FakeConnection& each) { return &each == &connection; });
}

void FakeDaemon::end(FakeConnection& connection) {
    connection.is_gone = true;
    connection.session.retire();
}

// True when something has happened. As wsd/connection.cpp does it.
bool FakeDaemon::settle_one(FakeConnection& connection) {
    if (connection.is_gone) return false;
    FakeSocket& socket = connection.socket;
    if (socket.is_cut) {
        end(connection);
        return true;
    }
    if (!socket.wants_writable || !socket.is_writable()) return false;
    socket.wants_writable = false;
    connection.session.on_writable();
    if (connection.session.is_ready_to_close()) {
        connection.code = connection.session.close_code();
        end(connection);
    }
    return true;
}

void FakeDaemon::settle() {
    for (bool again = true; again;) {
        again = false;
        for (FakeConnection& connection : connections_) again = settle_one(connection) || again;
    }
}

wsd::SteadyTime FakeDaemon::next_wake() const {
    wsd::SteadyTime next = wsd::SteadyTime::max();
    for (const FakeConnection& connection : connections_) {
        if (!connection.is_gone) next = std::min(next, connection.socket.wakes_at);
    }
    return reconciler_ ? std::min(next, clock_now + kTick) : next;
}

void FakeDaemon::advance(std::chrono::milliseconds time) {
    settle();
    for (const wsd::SteadyTime end = clock_now + time; clock_now < end;) {
        clock_now = std::max(clock_now, std::min(end, next_wake()));
        for (FakeConnection& connection : connections_) {
            if (connection.is_gone || connection.socket.wakes_at > clock_now) continue;
            connection.socket.wakes_at = wsd::SteadyTime::max();
            connection.session.on_timer();
        }
        if (reconciler_) reconciler_->tick();
        settle();
    }
}

void FakeDaemon::answer(wsd::RelayReply reply, std::size_t at) {
    relay.take(at).done(std::move(reply));
    settle();
}

void FakeDaemon::notify(const wire::Notice& notice) {
    hub.on_notice(notice);
    settle();
}

void FakeDaemon::take_bus_down() {
    channels.go_down();
    if (reconciler_) reconciler_->on_bus(false);
    settle();
}

void FakeDaemon::bring_bus_up() {
    channels.come_up();
    if (reconciler_) reconciler_->on_bus(true);
    settle();
}

void FakeDaemon::compare_heads() {
    reconciler_.emplace(services_);
}

}  // namespace billet::fakes
