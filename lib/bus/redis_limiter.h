// lib/bus/redis_limiter.h — chat::Limiter on Redis: buckets that all processes share; this
// process's own while Redis is gone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/bus/local_limiter.h"
#include "lib/bus/redis_connection.h"
#include "lib/chat/ports.h"
#include "lib/crypto/notice_sealer.h"

namespace billet::bus {

// For one thread, like its connection. `local` and `namer` may be shared by all threads. All must
// outlive it.
// A bucket's key is `limit:`, its name, `:` and a keyed hash of the subject: Redis does not learn
// whom it counts.
// Decisions are counted (billet_limiter_decisions_total).
class RedisLimiter : public chat::Limiter {
public:
    RedisLimiter(RedisConnection& redis, LocalLimiter& local, const crypto::NoticeSealer& namer)
        : redis_(redis), local_(local), namer_(namer) {}

    void ask(std::span<const chat::TokenRequest> tokens) override;
    std::vector<chat::TokenAnswer> answer() override;
    void withdraw() override;
    std::vector<chat::LimitDecision> take_each(std::span<const chat::TokenRequest> tokens) override;
    // To where the token came from, as far as that can be told.
    void refund(const chat::Bucket& bucket, std::string_view subject) override;

private:
    // A Lua script and the id that Redis gave it: a hash of the text, so it outlives any
    // connection.
    struct Script {
        std::string_view text;
        std::string sha = {};
    };

    RedisConnection& redis_;
    LocalLimiter& local_;
    const crypto::NoticeSealer& namer_;
    Script take_{take_script()};
    Script refund_{refund_script()};

    static std::string_view take_script();
    static std::string_view refund_script();
    // What has been asked for and not been answered.
    std::vector<chat::TokenRequest> asked_;
    std::vector<std::string> arguments_;  // of the command that asks for it

    std::vector<std::string> arguments_of(const Script& script, std::span<const chat::TokenRequest> tokens) const;
    std::optional<RedisReply> checked(std::optional<RedisReply> reply, Script& script,
                                      const RedisConnection::Arguments& command);
    std::optional<RedisReply> run(Script& script, std::span<const chat::TokenRequest> tokens);
    static std::vector<chat::LimitDecision> decisions_in(const RedisReply& reply,
                                                         std::span<const chat::TokenRequest> tokens);
    std::vector<chat::TokenAnswer> take_locally(std::span<const chat::TokenRequest> tokens);
    bool load(Script& script);
};

}  // namespace billet::bus
