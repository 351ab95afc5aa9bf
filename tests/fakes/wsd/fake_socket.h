// tests/fakes/wsd/fake_socket.h — A client's socket in memory: keeps what was written, and takes as
// many frames as it is told to.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "wsd/socket.h"

namespace billet::fakes {

class FakeSocket : public wsd::Socket {
public:
    static constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

    std::vector<std::string> written;  // whoever reads them takes them away
    std::uint64_t room = kAll;         // frames that it takes before it is full
    std::uint64_t writes = 0;          // frames that it took
    // So many more; each write after those fails, as when the client has gone.
    std::uint64_t breaks_after = kAll;
    std::function<void()> on_failure;  // of a write
    bool wants_writable = false;
    bool is_paused = false;
    bool is_cut = false;
    wsd::SteadyTime wakes_at = wsd::SteadyTime::max();
    wsd::Standing standing = wsd::Standing::kSilent;

    bool is_writable() override { return room > 0 && !is_cut; }
    void write(const wsd::Frame& frame) override {
        if (breaks_after == 0) return on_failure();
        if (breaks_after != kAll) --breaks_after;
        written.emplace_back(frame.text());
        ++writes;
        if (room != kAll && room > 0) --room;
    }
    void want_writable() override { wants_writable = true; }
    void pause_reading(bool paused) override { is_paused = paused; }
    void wake_at(wsd::SteadyTime time) override { wakes_at = time; }
    void on_standing(wsd::Standing now) override { standing = now; }
    void cut() override { is_cut = true; }
};

}  // namespace billet::fakes
