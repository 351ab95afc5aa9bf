// lib/bus/async_bus.cpp — The lives of the bus: connect, subscribe, beat, fail, wait, again.
#include "lib/bus/async_bus.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <unordered_map>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "lib/bus/async_connection.h"
#include "lib/bus/connection_counts.h"
#include "lib/bus/presence.h"
#include "lib/bus/short_name.h"
#include "lib/event/loop.h"

namespace billet::bus {
namespace {

constexpr std::chrono::milliseconds kAttemptMax{2000};  // from connecting to the first heartbeat
// Doubled with each failure, up to [wsd] reconnect_max_ms.
constexpr std::chrono::milliseconds kFirstRetryMax{50};
constexpr std::size_t kChannelsPerCommand = 500;

std::string_view text_of(const redisReply* reply) {
    return reply->type == REDIS_REPLY_STRING ? std::string_view(reply->str, reply->len) : std::string_view();
}

}  // namespace

struct AsyncBus::Impl {
    enum class State { kWaiting, kConnecting, kUp };

    Impl(struct ev_loop* loop, const RedisConfig& redis_config, const WsdConfig& wsd_config,
         const std::string& incarnation, BusEvents bus_events)
        : redis(redis_config),
          wsd(wsd_config),
          heartbeat_channel("hb:" + incarnation),
          events(std::move(bus_events)),
          commands(loop, redis,
                   {.on_ready = [this] { commands_ready(); },
                    .on_failed = [this](std::string_view why) { lost(why); },
                    .on_reply = [this](std::uint64_t tag, const redisReply& reply) { counts.on_reply(tag, reply); }}),
          subscriber(loop, redis,
                     {.on_ready = [this] { subscribe_all(); },
                      .on_failed = [this](std::string_view why) { lost(why); },
                      .on_reply = [this](std::uint64_t, const redisReply& reply) { read_push(reply); }}),
          counts(loop, commands, incarnation, redis.timeout_ms, kPresenceBeats * wsd.heartbeat_ms),
          heartbeat(loop, *this),
          attempt_over(loop, *this),
          retry(loop, *this) {}

    const RedisConfig redis;
    const WsdConfig wsd;
    const std::string heartbeat_channel;
    BusEvents events;
    AsyncConnection commands;
    AsyncConnection subscriber;
    ConnectionCounts counts;

    State state = State::kWaiting;
    bool was_up = false;
    unsigned failures = 0;
    unsigned missed = 0;  // heartbeats sent since the last one came back
    // The channels that the caller subscribed to, and whether Redis has confirmed that on the
    // present connection.
    std::unordered_map<ShortName, bool, ShortName::Hash> wanted;
    // SUBSCRIBEs that Redis has not answered, by channel
    std::map<std::string, unsigned, std::less<>> unconfirmed;
    std::mt19937_64 random{std::random_device{}()};

    void connect() {
        state = State::kConnecting;
        attempt_over.start(kAttemptMax);
        commands.open();
        if (state == State::kConnecting) subscriber.open();
    }

    void commands_ready() {
        counts.on_ready();
        start_beating();
    }

    void subscribe_all() {
        std::vector<std::string_view> command = {"SUBSCRIBE"};
        for (const auto& [channel, confirmed] : wanted) {
            command.push_back(channel.text());
            if (command.size() > kChannelsPerCommand) send_subscribe(command);
        }
        if (command.size() > 1) send_subscribe(command);
        // The last one: its confirmation says that all are there. Never unsubscribed, so the
        // connection stays in its mode.
        command.push_back(heartbeat_channel);
        send_subscribe(command);
    }

    // Sends and empties the command but for its name.
    void send_subscribe(std::vector<std::string_view>& command) {
        for (const std::string_view channel : std::span(command).subspan(1)) ++unconfirmed[std::string(channel)];
        subscriber.command(command, 0);
        command.resize(1);
    }

    // Arrays of three: message, channel, payload; subscribe, channel, number; unsubscribe, channel,
    // number.
    void read_push(const redisReply& reply) {
        if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3) return;
        const std::string_view kind = text_of(reply.element[0]);
        const std::string_view channel = text_of(reply.element[1]);
        if (kind == "message") read_message(channel, text_of(reply.element[2]));
        if (kind == "subscribe") read_confirmation(channel);
    }

    void read_message(std::string_view channel, std::string_view payload) {
        if (channel == heartbeat_channel) return heartbeat_came_back();
        if (is_wanted(channel) && events.on_message) events.on_message(channel, payload);
    }

    // Of what Redis names; nobody has asked for a longer one.
    bool is_wanted(std::string_view channel) const {
        return channel.size() <= ShortName::kBytesMax && wanted.contains(ShortName(channel));
    }

    void read_confirmation(std::string_view channel) {
        const auto found = unconfirmed.find(channel);
        if (found == unconfirmed.end() || --found->second > 0) return;
        unconfirmed.erase(found);
        if (channel == heartbeat_channel) return start_beating();
        if (!is_wanted(channel)) return;
        const auto subscribed = wanted.find(ShortName(channel));
        subscribed->second = true;
        if (events.on_subscribed) events.on_subscribed(channel);
    }

    void start_beating() {
        if (!commands.is_ready() || !subscriber.is_ready() || unconfirmed.contains(heartbeat_channel)) return;
        missed = 0;
        heartbeat.start_every(wsd.heartbeat_ms);
        publish_heartbeat();
    }

    // Counts beats, not time: a loop that was stopped for long finds the answers in the socket
    // before it has missed enough.
    void beat() {
        if (++missed * wsd.heartbeat_ms >= wsd.heartbeat_lost_ms) return lost("heartbeat lost");
        counts.on_tick();
        publish_heartbeat();
    }

    // Says to itself that the bus works, and to everybody that a wsd is there.
    void publish_heartbeat() {
        const std::string life_ms = std::to_string(kPresenceBeats * wsd.heartbeat_ms.count());
        commands.command(std::array<std::string_view, 5>{"SET", kWsdPresenceKey, "1", "PX", life_ms}, 0);
        commands.command(std::array<std::string_view, 3>{"PUBLISH", heartbeat_channel, "1"}, 0);
    }

    void heartbeat_came_back() {
        missed = 0;
        if (state != State::kConnecting) return;
        state = State::kUp;
        failures = 0;
        attempt_over.stop();
        if (was_up) metrics::count(metrics::kBusReconnects);
        was_up = true;
        metrics::set(metrics::kBusUp, 1);
        LogLine(LogLevel::kInfo, "bus_up").with("channels", std::uint64_t{wanted.size()});
        if (events.on_state) events.on_state(true);
    }

    // Ends this life of the connections and plans the next.
    void lost(std::string_view why) {
        if (state == State::kWaiting) return;
        const bool was_working = state == State::kUp;
        LogLine(was_working ? LogLevel::kWarning : LogLevel::kDebug, "bus_down").with("reason", why);
        state = State::kWaiting;
        heartbeat.stop();
        attempt_over.stop();
        commands.close();
        subscriber.close();
        for (auto& [channel, confirmed] : wanted) confirmed = false;
        unconfirmed.clear();
        retry.start(next_delay());
        metrics::set(metrics::kBusUp, 0);
        counts.on_lost();
        if (was_working && events.on_state) events.on_state(false);
    }

    // Full jitter: anything between nothing and a bound that doubles.
    std::chrono::milliseconds next_delay() {
        constexpr unsigned kDoublingsMax = 16;
        const std::chrono::milliseconds bound =
            std::min(wsd.reconnect_max_ms, kFirstRetryMax * (1U << std::min(failures++, kDoublingsMax)));
        return std::chrono::milliseconds{
            std::uniform_int_distribution<std::int64_t>(1, std::max<std::int64_t>(1, bound.count()))(random)};
    }

    void subscribe(std::string_view channel) {
        if (!wanted.emplace(ShortName(channel), false).second || !subscriber.is_ready()) return;
        std::vector<std::string_view> command = {"SUBSCRIBE", channel};
        send_subscribe(command);
    }

    void unsubscribe(std::string_view channel) {
        const auto found = wanted.find(ShortName(channel));
        if (found == wanted.end()) return;
        subscriber.command(std::array<std::string_view, 2>{"UNSUBSCRIBE", channel}, 0);
        wanted.erase(found);
    }

    void give_attempt_up() { lost("not up in time"); }

    event::Timer<Impl, &Impl::beat> heartbeat;
    event::Timer<Impl, &Impl::give_attempt_up> attempt_over;
    event::Timer<Impl, &Impl::connect> retry;
};

AsyncBus::AsyncBus(struct ev_loop* loop, const RedisConfig& redis, const WsdConfig& wsd, const std::string& incarnation,
                   BusEvents events)
    : impl_(std::make_unique<Impl>(loop, redis, wsd, incarnation, std::move(events))) {
    metrics::set(metrics::kBusUp, 0);
}

AsyncBus::~AsyncBus() = default;

void AsyncBus::start() {
    impl_->connect();
}

bool AsyncBus::up() const {
    return impl_->state == Impl::State::kUp;
}

void AsyncBus::subscribe(std::string_view channel) {
    impl_->subscribe(channel);
}

void AsyncBus::unsubscribe(std::string_view channel) {
    impl_->unsubscribe(channel);
}

bool AsyncBus::is_subscribed(std::string_view channel) const {
    const auto found = impl_->wanted.find(ShortName(channel));
    return found != impl_->wanted.end() && found->second;
}

bool AsyncBus::publish(std::string_view channel, std::string_view payload) {
    if (!impl_->commands.is_ready()) return false;
    impl_->commands.command(std::array<std::string_view, 3>{"PUBLISH", channel, payload}, 0);
    return true;
}

void AsyncBus::count_connection(std::string_view user_key, std::uint64_t connections_here, Counted counted) {
    impl_->counts.count(user_key, connections_here, std::move(counted));
}

}  // namespace billet::bus
