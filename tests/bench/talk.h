// tests/bench/talk.h — People of pairs who send each other messages over their sockets.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/bench/crowd.h"
#include "tests/bench/people.h"

namespace billet::bench {

struct Exchange {
    double per_second = 0;
    std::uint64_t messages = 0;  // sent and received
};

// Messages are numbered, and each is waited for at its receiver. Client i of the crowd is account i
// of the people.
class Talk {
public:
    Talk(const People& people, Crowd& crowd);
    ~Talk();
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;

    // Always so many messages under way.
    Exchange closed_loop(std::size_t in_flight, int seconds);
    // So many a second, whatever comes back; gives the latencies in ms, sorted, from the moment
    // that each was due.
    std::vector<double> open_loop(double per_second, int seconds);

private:
    const People& people_;
    Crowd& crowd_;
    bool is_closed_ = false;
    std::vector<Clock::time_point> due_;  // by the number in the message
    std::vector<double> latencies_;

    void send(Clock::time_point due);
    void on_frame(std::string_view text);
    void settle();
};

}  // namespace billet::bench
