// lib/bus/redis_connection.h — One blocking connection to Redis, made when it is needed and thrown
// away at the first trouble.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/config/redis.h"

struct redisContext;

namespace billet::bus {

// What Redis answered; arrays of integers and texts are all that Billet asks for.
struct RedisReply {
    enum class Kind { kNil, kInteger, kText, kError, kArray };

    Kind kind = Kind::kNil;
    std::int64_t integer = 0;
    std::string text;  // kText; kError: e.g. "NOSCRIPT …"
    std::vector<RedisReply> items;
};

// For one thread. When Redis cannot be reached or does not answer in time it counts as gone for
// [redis] retry_after_ms: calls fail at once without a system call. A connection that Redis has
// closed meanwhile (a restart) is made anew at once, and the call carried out on it.
// A call waits at most [redis] timeout_ms, and as long again when it has to connect first.
// SIGPIPE must be ignored by the process: hiredis writes to sockets whose peer may be gone.
class RedisConnection {
public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;
    using Arguments = std::vector<std::string_view>;

    explicit RedisConnection(RedisConfig config, Clock clock = std::chrono::steady_clock::now);
    // Does not wait: what was posted is the kernel's, and Redis reads it.
    ~RedisConnection();
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    // nullopt when Redis is gone. An error that Redis answers is a reply.
    std::optional<RedisReply> ask(const Arguments& command);

    // The same in two steps: between them other things can be done, also on this connection. The
    // answer to what was sent last is kept until it is received or something else is sent.
    void send(const Arguments& command);
    // Waits for it. `command` is what was sent, for a connection that Redis had closed.
    std::optional<RedisReply> receive(const Arguments& command);

    // Sends all commands in one write and does not wait for the answers: those are read, and
    // counted by `settled`, in the next call.
    // false when Redis is gone; then nothing was sent for sure.
    bool post(std::span<const Arguments> commands);
    // Called with the outcome of posted commands: how many succeeded, how many failed or were never
    // answered.
    void on_settled(std::function<void(std::size_t succeeded, std::size_t failed)> settled) {
        settled_ = std::move(settled);
    }

    bool is_connected() const { return context_ != nullptr; }

private:
    RedisConfig config_;
    Clock clock_;
    redisContext* context_ = nullptr;
    std::chrono::steady_clock::time_point retry_at_{};
    bool proven_ = false;       // Redis has answered on this connection
    bool was_closed_ = false;   // by the other side, after it had been proven
    bool is_reported_ = false;  // that Redis is gone: logged once, not at every attempt
    std::size_t unread_ = 0;    // answers to posted commands that have not been read
    bool is_awaited_ = false;   // the answer to what was sent stands behind them
    std::optional<RedisReply> received_;
    std::function<void(std::size_t, std::size_t)> settled_;

    std::optional<RedisReply> ask_once(const Arguments& command);
    bool post_once(std::span<const Arguments> commands);
    bool connect();
    bool authenticate();
    bool append(const Arguments& command);
    bool flush();
    bool settle();
    bool collect();
    std::optional<RedisReply> read();
    void drop();
};

}  // namespace billet::bus
