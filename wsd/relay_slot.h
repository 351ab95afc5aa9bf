// wsd/relay_slot.h — The one request that a session has under way at a time, and what is to be done
// with its reply.
#pragma once

#include <cassert>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "wsd/relay.h"

namespace billet::wsd {

// Costs no memory while it is free, but for its pointer.
class RelaySlot {
public:
    using Then = std::function<void(RelayReply reply)>;

    bool is_free() const { return taken_ == nullptr; }
    bool is_taken_by(RelayKind kind) const { return !is_free() && taken_->kind == kind; }
    // The request of that number is the one under way. Requests are numbered from 1.
    bool is_taken_by(std::uint64_t number) const { return !is_free() && number == number_; }

    // It must be free. Gives the number of the request.
    std::uint64_t take(RelayKind kind, Then then) {
        assert(is_free());
        taken_ = std::make_unique<Taken>(Taken{kind, std::move(then)});
        return ++number_;
    }
    // It must be taken.
    Then release() { return std::move(std::exchange(taken_, nullptr)->then); }

private:
    struct Taken {
        RelayKind kind;
        Then then;
    };

    std::unique_ptr<Taken> taken_;
    std::uint64_t number_ = 0;  // of the last request
};

}  // namespace billet::wsd
