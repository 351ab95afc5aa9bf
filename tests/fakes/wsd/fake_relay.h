// tests/fakes/wsd/fake_relay.h — The relay in memory: keeps what is asked until somebody answers
// for the api, in any order.
#pragma once

#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

#include "wsd/relay.h"

namespace billet::fakes {

class FakeRelay : public wsd::Relay {
public:
    struct Open {
        wsd::RelayRequest request;
        Done done;
    };

    std::vector<Open> open;   // the oldest first
    std::uint64_t asked = 0;  // ever

    void ask(wsd::RelayRequest request, Done done) override {
        ++asked;
        open.push_back({std::move(request), std::move(done)});
    }
    // Takes a request out of those that are open; whoever takes it answers it, or lets it be where
    // its owner has gone.
    Open take(std::size_t at) {
        assert(at < open.size());
        Open taken = std::move(open[at]);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        return taken;
    }
};

}  // namespace billet::fakes
