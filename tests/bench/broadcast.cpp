// tests/bench/broadcast.cpp — Publishing and waiting in turn.
#include "tests/bench/broadcast.h"

#include <cstdint>
#include <thread>

#include "tests/bench/opening.h"
#include "tests/bench/table.h"

namespace billet::bench {
namespace {

constexpr std::chrono::seconds kArriveWithin{30};
constexpr std::string_view kContent = "Did you see it? The draft is in the shared folder, number 1234567";

void wait_for_frames(const Crowd& crowd, std::uint64_t frames) {
    const auto deadline = Clock::now() + kArriveWithin;
    while (crowd.frames() < frames) {
        if (Clock::now() > deadline)
            give_up(counted(crowd.frames()) + " of " + counted(frames) + " frames have arrived");
        std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
}

}  // namespace

Server billet_server(const Site& site, tests::Http& http, const People& two) {
    const std::string path = "/chat/rooms/" + std::to_string(two.pairs.front().room.value) + "/messages";
    const auto send = [&http, path, token = two.accounts[1].token](const std::string&) {
        const auto reply = http.post(path, token, R"({"content":")" + std::string(kContent) + R"("})");
        if (reply.status != 201) give_up("a send was answered " + std::to_string(reply.status) + " " + reply.body);
    };
    return {.name = "billet-wsd",
            .pids = site.pids("wsd"),
            .target = straight(site),
            .hello = hello_of(two.accounts[0]),
            .publish = send};
}

void publish(const Server& server, const Crowd& crowd, const std::string& text, std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) {
        const std::uint64_t expected = crowd.frames() + crowd.size();
        server.publish(text);
        wait_for_frames(crowd, expected);
    }
}

}  // namespace billet::bench
