// lib/event/loop.h — libev's watchers as owned values that call a member function. All of them are
// stopped by their destructor.
#pragma once

#include <ev.h>

#include <algorithm>
#include <chrono>

namespace billet::event {

using Loop = struct ev_loop;

template <typename Owner, void (Owner::*kCall)()>
class Timer {
public:
    Timer(Loop* loop, Owner& owner) : loop_(loop) {
        ev_timer_init(&watcher_, &Timer::call, 0., 0.);
        watcher_.data = &owner;
    }
    ~Timer() { stop(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Once, in place of what was set before.
    void start(std::chrono::nanoseconds after) { set(after, {}); }
    // Again and again, the first time after one period.
    void start_every(std::chrono::nanoseconds period) { set(period, period); }
    void stop() { ev_timer_stop(loop_, &watcher_); }
    bool is_set() const { return ev_is_active(&watcher_); }

private:
    // From now, and not from when the loop last looked at the clock.
    void set(std::chrono::nanoseconds after, std::chrono::nanoseconds period) {
        stop();
        ev_now_update(loop_);
        ev_timer_set(&watcher_, std::max(0.0, std::chrono::duration<double>(after).count()),
                     std::chrono::duration<double>(period).count());
        ev_timer_start(loop_, &watcher_);
    }
    static void call(Loop*, ev_timer* watcher, int) { (static_cast<Owner*>(watcher->data)->*kCall)(); }

    Loop* loop_;
    ev_timer watcher_;
};

// `kCall` gets EV_READ, EV_WRITE or both.
template <typename Owner, void (Owner::*kCall)(int)>
class Io {
public:
    Io(Loop* loop, Owner& owner) : loop_(loop) {
        ev_io_init(&watcher_, &Io::call, -1, 0);
        watcher_.data = &owner;
    }
    ~Io() { stop(); }
    Io(const Io&) = delete;
    Io& operator=(const Io&) = delete;

    void watch(int fd, int events) {
        if (is_watching() && watcher_.fd == fd && (watcher_.events & (EV_READ | EV_WRITE)) == events) return;
        stop();
        ev_io_set(&watcher_, fd, events);
        ev_io_start(loop_, &watcher_);
    }
    void stop() { ev_io_stop(loop_, &watcher_); }
    bool is_watching() const { return ev_is_active(&watcher_); }

private:
    static void call(Loop*, ev_io* watcher, int events) { (static_cast<Owner*>(watcher->data)->*kCall)(events); }

    Loop* loop_;
    ev_io watcher_;
};

template <typename Owner, void (Owner::*kCall)()>
class Signal {
public:
    Signal(Loop* loop, Owner& owner, int number) : loop_(loop) {
        ev_signal_init(&watcher_, &Signal::call, number);
        watcher_.data = &owner;
        ev_signal_start(loop_, &watcher_);
    }
    ~Signal() { ev_signal_stop(loop_, &watcher_); }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

private:
    static void call(Loop*, ev_signal* watcher, int) { (static_cast<Owner*>(watcher->data)->*kCall)(); }

    Loop* loop_;
    ev_signal watcher_;
};

}  // namespace billet::event
