// tests/contract/bus_notifier.cpp — What the notifier puts on the bus, and that it never fails or
// delays its caller.
#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/base/file.h"
#include "lib/base/metrics.h"
#include "lib/base/text.h"
#include "lib/bus/redis_limiter.h"
#include "lib/bus/redis_notifier.h"
#include "lib/wire/objects.h"
#include "tests/contract/bus_keys.h"
#include "tests/contract/redis_server.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::bus;
using namespace std::chrono_literals;

namespace {

constexpr UserId kAnn{5};
constexpr UserId kBo{9};

// Reads what is published on one user's channel.
class Ear {
public:
    Ear(const RedisConfig& config, std::string channel)
        : channel_(std::move(channel)), context_(redisConnectUnix(config.socket.c_str())) {
        const std::string password = *read_secret_file(config.password_file);
        freeReplyObject(redisCommand(context_, "AUTH %s %s", config.user.c_str(), password.c_str()));
        freeReplyObject(redisCommand(context_, "SUBSCRIBE %s", channel_.c_str()));
        redisSetTimeout(context_, {.tv_sec = 2, .tv_usec = 0});
    }
    ~Ear() { redisFree(context_); }
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;

    // Empty when nothing comes.
    std::string next() {
        void* raw = nullptr;
        if (redisGetReply(context_, &raw) != REDIS_OK) return {};
        auto* const reply = static_cast<redisReply*>(raw);
        std::string payload =
            reply->elements == 3 ? std::string(reply->element[2]->str, reply->element[2]->len) : std::string();
        freeReplyObject(reply);
        return payload;
    }

private:
    std::string channel_;
    redisContext* context_;
};

chat::Event block_event(UserId recipient, std::uint64_t cursor) {
    return {.recipient = recipient,
            .cursor = Cursor{cursor},
            .created_at = now(),
            .payload = chat::BlockEvent{.user = kBo, .blocked = true}};
}

double notices_counted(const std::string& outcome) {
    const std::string text = metrics::text();
    const std::string series = "billet_notices_total{outcome=\"" + outcome + "\"} ";
    const std::size_t at = text.find(series);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + series.size()));
}

}  // namespace

TEST_GROUP(NotifierContract) {
    contract::RedisServer server;
    contract::BusKeys keys;
    std::unique_ptr<RedisConnection> redis;
    std::unique_ptr<RedisNotifier> notifier;

    void connect() {
        RedisConfig config = server.api_config();
        config.timeout_ms = 500ms;
        redis = std::make_unique<RedisConnection>(config);
        notifier = std::make_unique<RedisNotifier>(*redis, *keys.sealer);
    }
    std::unique_ptr<Ear> ear_of(UserId user) {
        return std::make_unique<Ear>(server.wsd_config(), keys.sealer->channel_of(user));
    }
    wire::Notice hear(Ear & ear, UserId user) {
        const std::string sealed = ear.next();
        auto plain = keys.sealer->open(keys.sealer->channel_of(user), sealed);
        CHECK_TRUE(plain.ok());
        return *wire::decode_notice(*plain);
    }
    void announce(const std::vector<chat::Event>& events, std::string_view cause) {
        const chat::Announcement announcement{events, cause};
        notifier->announce({&announcement, 1});
    }
    void announce_up_to(std::uint64_t last, std::uint64_t first) {
        for (std::uint64_t cursor = first; cursor <= last; ++cursor) {
            announce(std::vector<chat::Event>{block_event(kAnn, cursor)}, {});
        }
    }
    TEST_TEARDOWN() {
        notifier.reset();
        redis.reset();
    }
};

TEST(NotifierContract, AnnouncesEachEventToItsRecipientOnly) {
    server.start();
    connect();
    auto ann = ear_of(kAnn);
    auto bo = ear_of(kBo);
    const std::vector<chat::Event> events = {block_event(kAnn, 7), block_event(kBo, 3), block_event(kAnn, 8)};

    announce(events, "w1:42:7");

    const wire::Notice first = hear(*ann, kAnn);
    CHECK_TRUE(first.kind == wire::NoticeKind::kEvent);
    CHECK_TRUE(first.recipient == kAnn);
    CHECK_EQUAL(7U, first.cursor.value);
    CHECK_TRUE(first.committed_at == events[0].created_at);
    STRCMP_EQUAL("w1:42:7", first.cause.c_str());
    STRCMP_EQUAL(wire::event_json(events[0]).c_str(), first.payload.c_str());
    CHECK_EQUAL(8U, hear(*ann, kAnn).cursor.value);
    CHECK_EQUAL(3U, hear(*bo, kBo).cursor.value);
}

TEST(NotifierContract, SendsSignalsThatAreNotInTheLog) {
    server.start();
    connect();
    auto ann = ear_of(kAnn);

    notifier->typing(kAnn, RoomId{123}, kBo, 6s);
    notifier->session_revoked(kAnn, "s1");
    notifier->account_disabled(kAnn);

    const wire::Notice typing = hear(*ann, kAnn);
    CHECK_TRUE(typing.kind == wire::NoticeKind::kTyping);
    CHECK_EQUAL(0U, typing.cursor.value);
    STRCMP_EQUAL(R"({"type":"typing","payload":{"room_id":123,"user_id":9,"expires_in":6}})", typing.payload.c_str());
    const wire::Notice revoked = hear(*ann, kAnn);
    CHECK_TRUE(revoked.kind == wire::NoticeKind::kSessionRevoked);
    STRCMP_EQUAL("s1", revoked.payload.c_str());
    CHECK_TRUE(hear(*ann, kAnn).kind == wire::NoticeKind::kAccountDisabled);
}

TEST(NotifierContract, NothingReadableIsOnTheBus) {
    server.start();
    connect();
    auto ann = ear_of(kAnn);
    const chat::Message message{.id = MessageId{1},
                                .room = RoomId{2},
                                .seq = Seq{3},
                                .sender = kBo,
                                .client_msg_id = "c",
                                .content = "needle",
                                .created_at = now()};

    announce(std::vector<chat::Event>{{.recipient = kAnn,
                                       .cursor = Cursor{1},
                                       .created_at = now(),
                                       .payload = chat::MessageEvent{.message = message}}},
             {});

    const std::string sealed = ann->next();
    CHECK_TRUE(sealed.starts_with("BN\x01"));
    CHECK_TRUE(sealed.find("needle") == std::string::npos);
    CHECK_TRUE(sealed.find("chat_message") == std::string::npos);
}

TEST(NotifierContract, WhatWasPostedArrivesAlthoughTheConnectionEndsAtOnce) {
    server.start();
    connect();
    auto ann = ear_of(kAnn);
    announce_up_to(10, 1);
    std::this_thread::sleep_for(50ms);  // the answers are there, unread
    server.freeze();
    announce_up_to(20, 11);
    const std::jthread thaw([this] {
        std::this_thread::sleep_for(200ms);
        server.thaw();
    });

    notifier.reset();
    redis.reset();

    for (std::uint64_t cursor = 1; cursor <= 20; ++cursor) CHECK_EQUAL(cursor, hear(*ann, kAnn).cursor.value);
}

TEST(NotifierContract, PostsMoreThanItLeavesUnanswered) {
    server.start();
    connect();
    auto ann = ear_of(kAnn);

    announce_up_to(300, 1);

    for (std::uint64_t cursor = 1; cursor <= 300; ++cursor) CHECK_EQUAL(cursor, hear(*ann, kAnn).cursor.value);
}

TEST(NotifierContract, SharesItsConnectionWithALimiter) {
    server.start();
    connect();
    LocalLimiter local;
    RedisLimiter limiter(*redis, local, *keys.sealer);
    auto ann = ear_of(kAnn);
    const double before = notices_counted("published");

    for (std::uint64_t cursor = 1; cursor <= 5; ++cursor) {
        CHECK_TRUE(limiter.take({"sends", 20, 1h}, "5").allowed);
        announce(std::vector<chat::Event>{block_event(kAnn, cursor), block_event(kBo, cursor)}, {});
    }
    CHECK_EQUAL(14U, limiter.take({"sends", 20, 1h}, "5").remaining);

    for (std::uint64_t cursor = 1; cursor <= 5; ++cursor) CHECK_EQUAL(cursor, hear(*ann, kAnn).cursor.value);
    DOUBLES_EQUAL(10, notices_counted("published") - before, 0.1);
    CHECK_EQUAL(0U, local.keys());
}

TEST(NotifierContract, WithoutRedisItCountsAndGoesOn) {
    connect();
    const double before = notices_counted("failed");
    const auto start = std::chrono::steady_clock::now();

    for (int i = 0; i < 100; ++i) announce(std::vector<chat::Event>{block_event(kAnn, 1), block_event(kBo, 1)}, {});

    CHECK_TRUE(std::chrono::steady_clock::now() - start < 500ms);
    DOUBLES_EQUAL(200, notices_counted("failed") - before, 0.1);
}

TEST(NotifierContract, AFrozenRedisDelaysNobodyForLong) {
    server.start();
    connect();
    notifier->account_disabled(kAnn);
    server.freeze();
    const auto start = std::chrono::steady_clock::now();
    const std::vector<chat::Event> events(2, block_event(kAnn, 1));

    for (int i = 0; i < 2000; ++i) announce(events, {});

    CHECK_TRUE(std::chrono::steady_clock::now() - start < 3s);
    server.thaw();
}

TEST(NotifierContract, ARestartedRedisGetsTheNextNotice) {
    server.start();
    connect();
    notifier->account_disabled(kAnn);
    redis->ask({"PING"});
    server.kill();
    server.start();
    auto ann = ear_of(kAnn);

    notifier->session_revoked(kAnn, "s1");

    CHECK_TRUE(hear(*ann, kAnn).kind == wire::NoticeKind::kSessionRevoked);
}

TEST(NotifierContract, ACauseThatIsTooLongIsLeftOut) {
    server.start();
    connect();
    auto ann = ear_of(kAnn);

    announce(std::vector<chat::Event>{block_event(kAnn, 1)}, std::string(256, 'o'));

    STRCMP_EQUAL("", hear(*ann, kAnn).cause.c_str());
}
