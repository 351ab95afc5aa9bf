// wsd/bus_channels.h — Users on the bus: keyed channel names, sealed notices opened, everything
// that is not in order dropped and counted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "lib/bus/async_bus.h"
#include "lib/crypto/notice_sealer.h"
#include "lib/wire/notice.h"
#include "wsd/channels.h"
#include "lib/event/loop.h"
#include "wsd/notice_age.h"

namespace billet::wsd {

class BusChannels : public Channels {
public:
    struct Events {
        std::function<void(UserId user)> on_subscribed;
        std::function<void(const wire::Notice& notice)> on_notice;
        std::function<void(bool up)> on_state;
    };

    BusChannels(event::Loop* loop, const WsdConfig& wsd, const RedisConfig& redis, NoticeAges ages,
                std::shared_ptr<crypto::NoticeSealer> sealer, const std::string& incarnation);

    void start(Events events);
    // Reads the keys of notices again; keeps the old ones when the file is wrong.
    Result<void> reload_keys() { return sealer_->reload(); }

    bool is_up() const override { return bus_.up(); }
    void subscribe(UserId user) override;
    void unsubscribe(UserId user) override;
    bool is_subscribed(UserId user) const override;
    void count(UserId user, std::uint64_t here, Counted counted) override;

private:
    const NoticeAges ages_;
    std::shared_ptr<crypto::NoticeSealer> sealer_;
    Events events_;
    // Channels that were asked for and not confirmed yet.
    std::unordered_map<std::string, UserId> unconfirmed_;
    bus::AsyncBus bus_;

    void on_message(std::string_view channel, std::string_view sealed);
    void on_subscribed(std::string_view channel);
    void on_state(bool up);
};

}  // namespace billet::wsd
