// wsd/membership.h — A receiver's place in the hub: whose deliveries it gets, and whether it counts
// as a connection of theirs.
#pragma once

#include <cstdint>
#include <utility>

#include "lib/base/ids.h"
#include "wsd/channels.h"
#include "wsd/hub.h"

namespace billet::wsd {

// A connection keeps this of its membership.
class Place {
public:
    // Until it leaves; of the last one after that.
    UserId user() const { return user_; }
    bool is_joined() const { return stage_ != Stage::kOutside; }

private:
    friend class Membership;
    enum class Stage : std::uint8_t { kOutside, kJoined, kCounted };

    UserId user_;
    Stage stage_ = Stage::kOutside;
};

// Made when it is needed: what it refers to is at hand then. The place's owner must call leave()
// before hub or receiver end.
class Membership {
public:
    Membership(Hub& hub, Receiver& receiver, Place& place) : hub_(hub), receiver_(receiver), place_(place) {}

    UserId user() const { return place_.user(); }
    bool is_joined() const { return place_.is_joined(); }
    // The api has confirmed the user.
    bool is_counted() const { return place_.stage_ == Place::Stage::kCounted; }
    // The bus has confirmed the user's channel.
    bool is_subscribed() const { return is_joined() && hub_.is_subscribed(user()); }

    // It must not be joined.
    void join(UserId user) {
        place_.user_ = user;
        place_.stage_ = Place::Stage::kJoined;
        hub_.join(receiver_, user);
    }
    // It must be joined and not counted; `counted` as Channels::count.
    void count_in(Channels::Counted counted) {
        place_.stage_ = Place::Stage::kCounted;
        hub_.count_in(user(), std::move(counted));
    }
    void leave() {
        if (is_joined()) hub_.leave(receiver_, user(), is_counted());
        place_.stage_ = Place::Stage::kOutside;
    }

private:
    Hub& hub_;
    Receiver& receiver_;
    Place& place_;
};

}  // namespace billet::wsd
