// tests/bench/talk.cpp — Who sends next, and when; what has arrived.
#include "tests/bench/talk.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "tests/bench/table.h"
#include "tests/bench/usage.h"

namespace billet::bench {
namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

Talk::Talk(const People& people, Crowd& crowd) : people_(people), crowd_(crowd) {
    crowd_.on_frame([this](std::size_t, std::string_view text) { on_frame(text); });
}

Talk::~Talk() {
    crowd_.on_frame({});
}

Exchange Talk::closed_loop(std::size_t in_flight, int seconds) {
    is_closed_ = true;
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < in_flight; ++i) send(begun);
    crowd_.poll_until([] { return false; }, std::chrono::seconds{seconds});
    const std::chrono::duration<double> taken = Clock::now() - begun;
    is_closed_ = false;
    const double rate = static_cast<double>(latencies_.size()) / taken.count();
    settle();
    return {rate, std::exchange(latencies_, {}).size()};
}

std::vector<double> Talk::open_loop(double per_second, int seconds) {
    const auto begun = Clock::now();
    const auto total = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(per_second * seconds));
    for (std::uint64_t i = 0; i < total; ++i) {
        const auto due =
            begun + std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 * static_cast<double>(i) / per_second)};
        for (auto now = Clock::now(); now < due; now = Clock::now()) crowd_.poll(due - now);
        crowd_.poll({});
        send(due);
    }
    settle();
    std::ranges::sort(latencies_);
    return std::exchange(latencies_, {});
}

// Each pair in turn; all have had theirs before the other member of the first sends.
void Talk::send(Clock::time_point due) {
    const std::size_t number = due_.size();
    const std::size_t pairs = people_.pairs.size();
    const Pair& pair = people_.pairs[number % pairs];
    due_.push_back(due);
    crowd_.send(number / pairs % 2 == 0 ? pair.one : pair.other,
                R"({"type":"chat_message","id":"1","payload":{"room_id":)" + std::to_string(pair.room.value) +
                    R"(,"content":"number )" + std::to_string(number) + R"( of the benchmark's messages"}})");
}

// The receiver's event; the sender's ack comes as another type.
void Talk::on_frame(std::string_view text) {
    if (text.starts_with(R"({"type":"error")")) give_up("a send was refused: " + std::string(text));
    constexpr std::string_view kMark = "\"number ";
    const std::size_t mark = text.find(kMark);
    if (!text.starts_with(R"({"type":"chat_message")") || mark == std::string_view::npos) return;
    const auto number = std::strtoull(text.data() + mark + kMark.size(), nullptr, 10);
    if (number >= due_.size()) give_up("a frame that nobody sent: " + std::string(text));
    latencies_.push_back(microseconds(Clock::now() - due_[number]) / 1000.0);
    if (is_closed_) send(Clock::now());
}

// Until everything sent has arrived.
void Talk::settle() {
    if (!crowd_.poll_until([this] { return latencies_.size() >= due_.size(); }, kPatience))
        give_up(counted(latencies_.size()) + " of " + counted(due_.size()) + " messages have arrived");
    due_.clear();
}

}  // namespace billet::bench
