// lib/bus/redis_notifier.cpp — Events and signals as sealed notices.
#include "lib/bus/redis_notifier.h"

#include <exception>

#include "lib/base/fault_point.h"
#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "lib/wire/frames.h"
#include "lib/wire/objects.h"

namespace billet::bus {
namespace {

void count_outcomes(std::size_t published, std::size_t failed) {
    if (published > 0) metrics::count(metrics::kNotices, "published", static_cast<double>(published));
    if (failed > 0) metrics::count(metrics::kNotices, "failed", static_cast<double>(failed));
}

// A cause that is too long for a notice only costs the sender's `ack` its place: the event arrives
// as any other.
std::string cause_of(std::string_view cause) {
    return cause.size() <= wire::kNoticeCauseBytesMax ? std::string(cause) : std::string();
}

wire::Notice notice_of(const chat::Event& event, std::string_view cause) {
    return {.recipient = event.recipient,
            .cursor = event.cursor,
            .committed_at = event.created_at,
            .kind = wire::NoticeKind::kEvent,
            .cause = cause_of(cause),
            .payload = wire::event_json(event)};
}

wire::Notice signal_to(UserId recipient, wire::NoticeKind kind, std::string payload) {
    return {.recipient = recipient,
            .cursor = {},
            .committed_at = now(),
            .kind = kind,
            .cause = {},
            .payload = std::move(payload)};
}

}  // namespace

RedisNotifier::RedisNotifier(RedisConnection& redis, const crypto::NoticeSealer& sealer)
    : redis_(redis), sealer_(sealer) {
    redis_.on_settled(count_outcomes);
}

RedisNotifier::~RedisNotifier() {
    redis_.on_settled({});
}

void RedisNotifier::announce(std::span<const chat::Announcement> announcements) {
    reach(FaultPoint::kAfterCommit);
    std::vector<wire::Notice> notices;
    for (const chat::Announcement& each : announcements) {
        for (const chat::Event& event : each.events) notices.push_back(notice_of(event, each.cause));
    }
    publish(notices);
    reach(FaultPoint::kAfterAnnounce);
}

void RedisNotifier::typing(UserId recipient, RoomId room, UserId typist, std::chrono::seconds expires_in) {
    const wire::Notice notice = signal_to(recipient, wire::NoticeKind::kTyping,
                                          wire::typing_frame(room.value, typist.value, expires_in.count()));
    publish({&notice, 1});
}

void RedisNotifier::session_revoked(UserId user, std::string_view session_id) {
    const wire::Notice notice = signal_to(user, wire::NoticeKind::kSessionRevoked, std::string(session_id));
    publish({&notice, 1});
}

void RedisNotifier::account_disabled(UserId user) {
    const wire::Notice notice = signal_to(user, wire::NoticeKind::kAccountDisabled, {});
    publish({&notice, 1});
}

void RedisNotifier::publish(std::span<const wire::Notice> notices) {
    std::vector<std::string> channels;
    std::vector<std::string> sealed;
    for (const wire::Notice& notice : notices) {
        channels.push_back(sealer_.channel_of(notice.recipient));
        sealed.push_back(sealer_.seal(channels.back(), wire::encode_notice(notice)));
    }
    std::vector<RedisConnection::Arguments> commands;
    for (std::size_t i = 0; i < notices.size(); ++i) commands.push_back({"PUBLISH", channels[i], sealed[i]});
    if (!redis_.post(commands)) count_outcomes(0, notices.size());
}

}  // namespace billet::bus
