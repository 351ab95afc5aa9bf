// wsd/hub.h — Which receivers belong to which user, and the bus between them.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "lib/base/ids.h"
#include "lib/wire/notice.h"
#include "wsd/channels.h"
#include "wsd/receiver.h"

namespace billet::wsd {

class Hub {
public:
    // `incarnation`: an id of this run of this process, printable and without a dot, at most 32
    // bytes.
    Hub(Channels& channels, std::string incarnation);

    // From here on the receiver gets the user's deliveries. It must leave before it ends.
    void join(Receiver& receiver, UserId user);
    // The api has confirmed the user of a receiver that has joined; `counted` as Channels::count.
    void count_in(UserId user, Channels::Counted counted);
    // `counted_in`: the receiver had been counted.
    void leave(Receiver& receiver, UserId user, bool counted_in);

    bool is_bus_up() const { return channels_.is_up(); }
    bool is_subscribed(UserId user) const { return channels_.is_subscribed(user); }
    // Receivers of the user that have been counted in, here.
    std::uint64_t counted_here(UserId user) const;

    // From the bus.
    void on_subscribed(UserId user);
    void on_notice(const wire::Notice& notice);

    // A visit may make room for another receiver of the user (it is visited too), never take one
    // away.
    template <typename Visit>
    void for_each_of(UserId user, Visit visit) {
        const auto found = users_.find(user);
        if (found == users_.end()) return;
        const std::vector<Receiver*>& receivers = found->second.receivers;
        for (std::size_t i = 0; i < receivers.size(); ++i) {
            fetch_ahead(receivers, i);
            visit(*receivers[i]);
        }
    }
    std::string cause_text(Cause cause) const;

private:
    struct User {
        std::vector<Receiver*> receivers;
        std::uint64_t counted = 0;
    };

    Channels& channels_;
    const std::string cause_prefix_;
    std::unordered_map<UserId, User> users_;

    Cause parse_cause(std::string_view text) const;
    // A delivery is mostly waiting for memory: that of the receivers to come is fetched while the
    // one before is served.
    static void fetch_ahead(const std::vector<Receiver*>& receivers, std::size_t at);
};

}  // namespace billet::wsd
