// wsd/membership.h — A receiver's place in the hub: whose deliveries it gets, and whether it counts
// as a connection of theirs.
#pragma once

#include <cstdint>

#include "lib/base/ids.h"
#include "wsd/channels.h"
#include "wsd/hub.h"

namespace billet::wsd {

// Its owner must call leave() before hub or receiver end.
class Membership {
public:
    Membership(Hub& hub, Receiver& receiver) : hub_(hub), receiver_(receiver) {}

    // Until it leaves; of the last one after that.
    UserId user() const { return user_; }
    bool is_joined() const { return place_ != Place::kOutside; }
    // The api has confirmed the user.
    bool is_counted() const { return place_ == Place::kCounted; }
    // The bus has confirmed the user's channel.
    bool is_subscribed() const { return is_joined() && hub_.is_subscribed(user_); }

    // It must not be joined.
    void join(UserId user) {
        user_ = user;
        place_ = Place::kJoined;
        hub_.join(receiver_, user);
    }
    // It must be joined and not counted; `counted` as Channels::count.
    void count_in(Channels::Counted counted) {
        place_ = Place::kCounted;
        hub_.count_in(user_, std::move(counted));
    }
    void leave() {
        if (is_joined()) hub_.leave(receiver_, user_, is_counted());
        place_ = Place::kOutside;
    }

private:
    enum class Place : std::uint8_t { kOutside, kJoined, kCounted };

    Hub& hub_;
    Receiver& receiver_;
    UserId user_;
    Place place_ = Place::kOutside;
};

}  // namespace billet::wsd
