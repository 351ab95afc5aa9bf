// lib/bus/async_connection.h — One asynchronous connection to Redis on a libev loop: connects,
// authenticates, commands, fails once.
#pragma once

#include <hiredis/adapters/libev.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/config/redis.h"

namespace billet::bus {

// open(), then on_ready or on_failed; after on_failed or close() it is closed and may be opened
// again. Inside its own callbacks it may be closed (but not inside on_ready: hiredis would go on
// with the freed context) and not destroyed.
class AsyncConnection {
public:
    struct Events {
        std::function<void()> on_ready;                       // connected and authenticated
        std::function<void(std::string_view why)> on_failed;  // once; nothing else comes after it
        // Answers of commands that were sent with a tag, and everything on a subscription (tag 0).
        // Never null.
        std::function<void(std::uint64_t tag, const redisReply& reply)> on_reply;
    };

    AsyncConnection(struct ev_loop* loop, const RedisConfig& config, Events events);
    ~AsyncConnection() { close(); }
    AsyncConnection(const AsyncConnection&) = delete;
    AsyncConnection& operator=(const AsyncConnection&) = delete;

    // May call on_failed before it returns.
    void open();
    void close();
    bool is_ready() const { return ready_; }

    // Queued for the loop's next turn; dropped when not ready. An error that Redis answers to a
    // command is logged and given to on_reply; as an answer to SUBSCRIBE it fails the connection.
    void command(std::span<const std::string_view> arguments, std::uint64_t tag);

private:
    struct ev_loop* loop_;
    const RedisConfig& config_;
    Events events_;
    redisAsyncContext* context_ = nullptr;
    std::string password_;
    bool ready_ = false;

    void send(redisCallbackFn* callback, std::span<const std::string_view> arguments, std::uint64_t tag);
    void authenticate();
    void fail(std::string_view why);
    void forget();

    static AsyncConnection* of(const redisAsyncContext* context) {
        return static_cast<AsyncConnection*>(context->data);
    }
    static void on_connect(const redisAsyncContext* context, int status);
    static void on_disconnect(const redisAsyncContext* context, int status);
    static void on_authenticated(redisAsyncContext* context, void* raw, void* tag);
    static void on_answer(redisAsyncContext* context, void* raw, void* tag);
};

}  // namespace billet::bus
