// tests/bench/crowd.h — Very many WebSocket clients in one thread: an epoll loop that connects,
// says hello, counts frames.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace billet::bench {

using Clock = std::chrono::steady_clock;

// Where a crowd goes.
struct Target {
    std::string unix_path;  // else 127.0.0.1:port
    int port = 0;
    std::string http_path = "/ws";  // empty: no handshake, frames come at once
    // A frame of type welcome comes, after the hello if there is one.
    bool is_greeted = true;
};

// Frames of a client: masked with zeros, which is a mask like any other and costs nothing.
std::string client_frame(std::string_view text);

// For one thread, but for frames(). Ends the process when a server hangs up on it: a benchmark with
// missing clients measures nothing. A client that has no welcome yet comes again, as any client
// does: it may have had to make way for another (4408).
class Crowd {
public:
    using OnFrame = std::function<void(std::size_t client, std::string_view text)>;

    explicit Crowd(Target target);
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    // Connects `hellos.size()` clients, at most `at_once` shaking hands at the same time, and waits
    // for all their welcomes.
    // A hello is a frame's text; empty: none is sent.
    void open(const std::vector<std::string>& hellos, std::size_t at_once = 128);
    void close();
    std::size_t size() const { return clients_.size(); }

    // Text frames that came after the welcome, all clients together, pings not counted (and not
    // answered). From any thread.
    std::uint64_t frames() const { return frames_.load(std::memory_order_relaxed); }
    // A client's welcome (or, without hello, nothing).
    const std::string& welcome(std::size_t client) const { return clients_[client].welcome; }
    // Called for each frame after the welcome.
    void on_frame(OnFrame call) { on_frame_ = std::move(call); }

    // A frame from one client.
    void send(std::size_t client, std::string_view text);
    // Reads what there is, waits at most so long for something.
    void poll(std::chrono::nanoseconds wait);
    // Reads until `until` holds; false when it does not within the time.
    bool poll_until(const std::function<bool()>& until, std::chrono::milliseconds timeout);

private:
    enum class State : std::uint8_t { kConnecting, kShaking, kGreeting, kOpen };
    struct Client {
        int fd = -1;
        State state = State::kConnecting;
        std::string rest;  // of a frame, received in part
        std::string welcome;
    };

    Target target_;
    int epoll_ = -1;
    std::vector<Client> clients_;
    const std::vector<std::string>* hellos_ = nullptr;
    std::size_t ready_ = 0;           // clients that are open
    std::vector<std::size_t> again_;  // clients that shall connect once more
    std::atomic<std::uint64_t> frames_{0};
    OnFrame on_frame_;
    std::vector<char> buffer_;

    bool connect(std::size_t index);
    void write_all(std::size_t index, std::string_view bytes);
    void on_connected(std::size_t index);
    void greet(std::size_t index);
    void on_readable(std::size_t index);
    void on_hang_up(std::size_t index);
    std::size_t take(std::size_t index, std::string_view bytes);
    std::size_t take_frames(std::size_t index, std::string_view bytes);
    void take_text(std::size_t index, std::string_view text);
};

// A thread that reads for the crowd until it is destroyed.
class Reading {
public:
    explicit Reading(Crowd& crowd)
        : thread_([&crowd](const std::stop_token& stop) {
              while (!stop.stop_requested()) crowd.poll(std::chrono::milliseconds{10});
          }) {}

private:
    std::jthread thread_;
};

}  // namespace billet::bench
