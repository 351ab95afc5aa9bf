// lib/bus/ev_timer.h — A libev timer that owns itself: stops when it goes.
#pragma once

#include <hiredis/adapters/libev.h>

#include <chrono>
#include <functional>
#include <utility>

namespace billet::bus {

class EvTimer {
public:
    EvTimer(struct ev_loop* loop, std::function<void()> fire) : loop_(loop), fire_(std::move(fire)) {
        ev_init(&timer_, &EvTimer::on_fire);
        timer_.data = this;
    }
    ~EvTimer() { stop(); }
    EvTimer(const EvTimer&) = delete;
    EvTimer& operator=(const EvTimer&) = delete;

    void start_once(std::chrono::milliseconds after) { start(after, std::chrono::milliseconds{0}); }
    void start_every(std::chrono::milliseconds period) { start(period, period); }
    void stop() { ev_timer_stop(loop_, &timer_); }
    bool is_running() const { return ev_is_active(&timer_); }

private:
    struct ev_loop* loop_;
    std::function<void()> fire_;
    ev_timer timer_{};

    void start(std::chrono::milliseconds after, std::chrono::milliseconds period) {
        stop();
        ev_now_update(loop_);
        ev_timer_set(&timer_, std::chrono::duration<double>(after).count(),
                     std::chrono::duration<double>(period).count());
        ev_timer_start(loop_, &timer_);
    }
    static void on_fire(struct ev_loop* /*loop*/, ev_timer* timer, int /*events*/) {
        static_cast<EvTimer*>(timer->data)->fire_();
    }
};

}  // namespace billet::bus
