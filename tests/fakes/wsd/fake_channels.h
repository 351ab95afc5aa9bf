// tests/fakes/wsd/fake_channels.h — The bus in memory, by user: subscriptions are confirmed when
// the test says so, and lost when the bus goes down.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "wsd/channels.h"

namespace billet::fakes {

class FakeChannels : public wsd::Channels {
public:
    bool up = true;
    bool confirms_at_once = true;
    std::uint64_t elsewhere = 0;                     // connections of a user in other processes
    bool counts_later = false;                       // the total comes with answer_counts()
    std::map<UserId, bool> subscriptions;            // true: confirmed
    std::function<void(UserId user)> on_subscribed;  // the first confirmation of a subscription
    std::vector<std::pair<Counted, std::uint64_t>> counting;

    bool is_up() const override { return up; }
    void subscribe(UserId user) override {
        subscriptions[user] = up && confirms_at_once;
        if (!subscriptions[user]) unconfirmed_.push_back(user);
    }
    void unsubscribe(UserId user) override {
        subscriptions.erase(user);
        std::erase(unconfirmed_, user);
    }
    bool is_subscribed(UserId user) const override {
        const auto found = subscriptions.find(user);
        return found != subscriptions.end() && found->second;
    }
    void count(UserId /*user*/, std::uint64_t here, Counted counted) override {
        if (!counted) return;
        if (!up) return counted(std::nullopt);
        if (!counts_later) return counted(elsewhere + here);
        counting.emplace_back(std::move(counted), elsewhere + here);
    }

    // Redis confirms what was asked for since.
    void confirm() {
        if (!up) return;
        for (auto& [user, confirmed] : subscriptions) confirmed = true;
        for (const UserId user : std::exchange(unconfirmed_, {})) on_subscribed(user);
    }
    // Nothing is subscribed any more, and no answer comes.
    void go_down() {
        up = false;
        for (auto& [user, confirmed] : subscriptions) confirmed = false;
        for (auto& [counted, total] : std::exchange(counting, {})) counted(std::nullopt);
    }
    // Everything is subscribed again before the bus says that it is up.
    void come_up() {
        up = true;
        confirm();
    }
    void answer_counts() {
        for (auto& [counted, total] : std::exchange(counting, {})) counted(total);
    }

private:
    std::vector<UserId> unconfirmed_;
};

}  // namespace billet::fakes
