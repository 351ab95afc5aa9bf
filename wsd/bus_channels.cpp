// wsd/bus_channels.cpp — Between AsyncBus and the hub.
#include "wsd/bus_channels.h"

#include <cstdint>

#include "lib/base/metrics.h"

namespace billet::wsd {

BusChannels::BusChannels(event::Loop* loop, const WsdConfig& wsd, const RedisConfig& redis, NoticeAges ages,
                         std::shared_ptr<crypto::NoticeSealer> sealer, const std::string& incarnation)
    : ages_(ages),
      sealer_(std::move(sealer)),
      bus_(loop, redis, wsd, incarnation,
           {.on_message = [this](std::string_view channel, std::string_view payload) { on_message(channel, payload); },
            .on_subscribed = [this](std::string_view channel) { on_subscribed(channel); },
            .on_state = [this](bool up) { on_state(up); }}) {}

void BusChannels::start(Events events) {
    events_ = std::move(events);
    metrics::set(metrics::kBusUp, 0);
    bus_.start();
}

void BusChannels::subscribe(UserId user) {
    std::string channel = sealer_->channel_of(user);
    bus_.subscribe(channel);
    if (!bus_.is_subscribed(channel)) unconfirmed_.emplace(std::move(channel), user);
}

void BusChannels::unsubscribe(UserId user) {
    const std::string channel = sealer_->channel_of(user);
    unconfirmed_.erase(channel);
    bus_.unsubscribe(channel);
}

bool BusChannels::is_subscribed(UserId user) const {
    return bus_.is_subscribed(sealer_->channel_of(user));
}

void BusChannels::count(UserId user, std::uint64_t here, Counted counted) {
    bus_.count_connection(sealer_->key_of(user), here, std::move(counted));
}

// A channel's name is bound to its notices by the seal, and to its user here: a notice can be
// neither forged nor moved.
void BusChannels::on_message(std::string_view channel, std::string_view sealed) {
    const auto text = sealer_->open(channel, sealed);
    if (!text) return metrics::count(metrics::kNoticesDropped, text.error().reason);
    const auto notice = wire::decode_notice(*text);
    if (!notice) return metrics::count(metrics::kNoticesDropped, "malformed");
    if (sealer_->channel_of(notice->recipient) != channel)
        return metrics::count(metrics::kNoticesDropped, "wrong_recipient");
    if (is_stale(*notice, now(), ages_)) return metrics::count(metrics::kNoticesDropped, "stale");
    events_.on_notice(*notice);
}

void BusChannels::on_subscribed(std::string_view channel) {
    const auto found = unconfirmed_.find(std::string(channel));
    if (found == unconfirmed_.end()) return;
    const UserId user = found->second;
    unconfirmed_.erase(found);
    events_.on_subscribed(user);
}

void BusChannels::on_state(bool up) {
    metrics::set(metrics::kBusUp, up ? 1 : 0);
    events_.on_state(up);
}

}  // namespace billet::wsd
