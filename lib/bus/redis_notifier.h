// lib/bus/redis_notifier.h — chat::Notifier on Redis: seals each notice for its recipient's channel
// and publishes it.
#pragma once

#include "lib/bus/redis_connection.h"
#include "lib/chat/ports.h"
#include "lib/crypto/notice_sealer.h"
#include "lib/wire/notice.h"

namespace billet::bus {

// For one thread, like its connection, which it may share with a RedisLimiter. Both arguments must
// outlive it.
// All notices of a call leave in one write; their answers are read with the connection's next use
// and counted (billet_notices_total).
class RedisNotifier : public chat::Notifier {
public:
    RedisNotifier(RedisConnection& redis, const crypto::NoticeSealer& sealer);
    ~RedisNotifier() override;
    RedisNotifier(const RedisNotifier&) = delete;
    RedisNotifier& operator=(const RedisNotifier&) = delete;

    void announce(std::span<const chat::Announcement> announcements) override;
    void typing(UserId recipient, RoomId room, UserId typist, std::chrono::seconds expires_in) override;
    void session_revoked(UserId user, std::string_view session_id) override;
    void account_disabled(UserId user) override;

private:
    RedisConnection& redis_;
    const crypto::NoticeSealer& sealer_;

    void publish(std::span<const wire::Notice> notices);
};

}  // namespace billet::bus
