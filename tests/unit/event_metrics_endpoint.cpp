// tests/unit/event_metrics_endpoint.cpp — A scrape over the socket, on a loop in a thread of its
// own.
#include "lib/event/metrics_endpoint.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "lib/base/unix_socket.h"
#include "lib/event/own_loop.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

namespace {

constexpr int kPatienceMs = 30000;

void say(const Descriptor& client, std::string_view text) {
    CHECK_EQUAL(static_cast<ssize_t>(text.size()), send(client.get(), text.data(), text.size(), MSG_NOSIGNAL));
}

// All that comes until the other side hangs up.
std::string read_to_end(const Descriptor& client) {
    std::string all;
    std::array<char, 4096> piece{};
    for (;;) {
        pollfd readable{client.get(), POLLIN, 0};
        CHECK_EQUAL(1, poll(&readable, 1, kPatienceMs));
        const ssize_t count = recv(client.get(), piece.data(), piece.size(), 0);
        if (count <= 0) return all;
        all.append(piece.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

TEST_GROUP(MetricsEndpoint) {
    tests::ScratchFolder folder;
    std::string path = folder.path("metrics.sock");
    std::atomic<int> prepared = 0;
    event::OwnLoop loop;
    event::MetricsEndpoint endpoint{loop.get(), [this] { ++prepared; }};
    std::thread thread;

    void setup() override {
        CHECK_TRUE(endpoint.listen(path).ok());
        thread = std::thread([this] { loop.run(); });
    }
    void teardown() override {
        loop.stop();
        thread.join();
    }
};

TEST(MetricsEndpoint, AScrapeIsPreparedAnsweredAndHungUpOn) {
    const Descriptor client = connect_to(path);

    say(client, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");

    CHECK_TRUE(read_to_end(client).starts_with("HTTP/1.1 200 OK\r\n"));
    LONGS_EQUAL(1, prepared);
}

TEST(MetricsEndpoint, ARequestMayComeInPiecesAndBesideAnother) {
    const Descriptor slow = connect_to(path);
    say(slow, "GET /metrics HTTP/1.1\r\n");
    const Descriptor quick = connect_to(path);
    say(quick, "POST / HTTP/1.1\r\n\r\n");

    CHECK_TRUE(read_to_end(quick).starts_with("HTTP/1.1 405 "));
    say(slow, "\r\n");

    CHECK_TRUE(read_to_end(slow).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(MetricsEndpoint, WhoSaysNothingOrTooMuchIsHungUpOnWithoutAnAnswer) {
    const Descriptor silent = connect_to(path);
    const Descriptor endless = connect_to(path);
    say(endless, std::string(6000, 'x'));

    STRCMP_EQUAL("", read_to_end(endless).c_str());
    STRCMP_EQUAL("", read_to_end(silent).c_str());
    LONGS_EQUAL(0, prepared);
}

TEST_GROUP(MetricsEndpointAlone) {
    tests::ScratchFolder folder;
    std::string path = folder.path("metrics.sock");
    event::OwnLoop loop;
    event::MetricsEndpoint endpoint{loop.get(), {}};
    rlimit files{};

    void setup() override {
        CHECK_TRUE(endpoint.listen(path).ok());
        getrlimit(RLIMIT_NOFILE, &files);
    }
    void teardown() override {
        setrlimit(RLIMIT_NOFILE, &files);
    }
};

// A loop that spins turns thousands of times.
TEST(MetricsEndpointAlone, WithoutADescriptorForAClientTheLoopWaitsAndLooksAgain) {
    const Descriptor client = connect_to(path);
    say(client, "GET /metrics HTTP/1.1\r\n\r\n");
    const rlimit none{.rlim_cur = 0, .rlim_max = files.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);

    std::thread thread([this] { loop.run(); });
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    loop.stop();
    thread.join();
    const unsigned turns = ev_iteration(loop.get());
    setrlimit(RLIMIT_NOFILE, &files);
    thread = std::thread([this] { loop.run(); });
    const std::string answer = read_to_end(client);
    loop.stop();
    thread.join();

    CHECK_COMPARE(turns, <, 100U);
    CHECK_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
}
