// wsd/channels.h — The bus by user instead of by channel name. Implemented by bus_channels.h, faked
// in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "lib/base/ids.h"

namespace billet::wsd {

class Channels {
public:
    // The number of a user's connections in all processes; nullopt when the bus cannot tell.
    using Counted = std::function<void(std::optional<std::uint64_t> total)>;

    virtual ~Channels() = default;

    virtual bool is_up() const = 0;
    virtual void subscribe(UserId user) = 0;
    virtual void unsubscribe(UserId user) = 0;
    // Confirmed: whatever is published from now on arrives while the bus stays up.
    virtual bool is_subscribed(UserId user) const = 0;
    // Says how many connections of the user are here and asks for the total. `counted` may be
    // empty, and may be called before this returns.
    virtual void count(UserId user, std::uint64_t here, Counted counted) = 0;
};

}  // namespace billet::wsd
