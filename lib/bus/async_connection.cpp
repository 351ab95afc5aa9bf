// lib/bus/async_connection.cpp — The asynchronous half of hiredis 0.14, which frees contexts by
// itself after errors.
#include "lib/bus/async_connection.h"

#include <bit>
#include <cstdint>

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/result.h"

namespace billet::bus {
namespace {

// hiredis carries a pointer beside each command; it carries our number.
void* to_pointer(std::uint64_t tag) {
    return std::bit_cast<void*>(tag);
}

std::string_view error_of(const redisAsyncContext& context) {
    return context.errstr != nullptr && *context.errstr != '\0' ? context.errstr : "closed";
}

}  // namespace

AsyncConnection::AsyncConnection(struct ev_loop* loop, const RedisConfig& config, Events events)
    : loop_(loop), config_(config), events_(std::move(events)) {}

void AsyncConnection::open() {
    if (!config_.user.empty()) {
        auto password = read_secret_file(config_.password_file);
        if (!password) return fail(password.error().detail);
        password_ = std::move(password).value();
    }
    context_ = redisAsyncConnectUnix(config_.socket.c_str());
    if (context_ == nullptr) return fail("no memory");
    // Must be looked at before anything is attached: a missing socket leaves a context without a
    // descriptor.
    if (context_->err != 0) {
        const std::string why(error_of(*context_));
        close();
        return fail(why);
    }
    context_->data = this;
    redisLibevAttach(loop_, context_);
    redisAsyncSetConnectCallback(context_, &AsyncConnection::on_connect);
    redisAsyncSetDisconnectCallback(context_, &AsyncConnection::on_disconnect);
}

void AsyncConnection::close() {
    redisAsyncContext* const context = context_;
    forget();
    if (context != nullptr) redisAsyncFree(context);
}

void AsyncConnection::command(std::span<const std::string_view> arguments, std::uint64_t tag) {
    if (ready_) send(&AsyncConnection::on_answer, arguments, tag);
}

void AsyncConnection::send(redisCallbackFn* callback, std::span<const std::string_view> arguments, std::uint64_t tag) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string_view argument : arguments) {
        texts.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    // An error means that the context is going down; its disconnect callback follows.
    redisAsyncCommandArgv(context_, callback, to_pointer(tag), static_cast<int>(texts.size()), texts.data(),
                          lengths.data());
}

void AsyncConnection::authenticate() {
    if (config_.user.empty()) {
        ready_ = true;
        return events_.on_ready();
    }
    const std::vector<std::string_view> arguments = {"AUTH", config_.user, password_};
    send(&AsyncConnection::on_authenticated, arguments, 0);
}

// Tells once; by then the context is closed, or hiredis is about to free it.
void AsyncConnection::fail(std::string_view why) {
    forget();
    events_.on_failed(why);
}

// From here on the callbacks of the context find nobody.
void AsyncConnection::forget() {
    ready_ = false;
    if (context_ != nullptr) context_->data = nullptr;
    context_ = nullptr;
}

void AsyncConnection::on_connect(const redisAsyncContext* context, int status) {
    AsyncConnection* const self = of(context);
    if (self == nullptr) return;
    if (status != REDIS_OK) return self->fail(error_of(*context));  // hiredis frees it
    self->authenticate();
}

void AsyncConnection::on_disconnect(const redisAsyncContext* context, int /*status*/) {
    // hiredis frees it.
    if (AsyncConnection* const self = of(context)) self->fail(error_of(*context));
}

void AsyncConnection::on_authenticated(redisAsyncContext* context, void* raw, void* /*tag*/) {
    AsyncConnection* const self = of(context);
    const auto* const reply = static_cast<const redisReply*>(raw);
    if (self == nullptr || reply == nullptr) return;  // null: the disconnect callback follows
    if (reply->type == REDIS_REPLY_ERROR) {
        const std::string why(reply->str, reply->len);
        self->close();
        return self->fail(why);
    }
    self->ready_ = true;
    self->events_.on_ready();
}

void AsyncConnection::on_answer(redisAsyncContext* context, void* raw, void* tag) {
    AsyncConnection* const self = of(context);
    const auto* const reply = static_cast<const redisReply*>(raw);
    if (self == nullptr || reply == nullptr) return;
    if (reply->type == REDIS_REPLY_ERROR)
        LogLine(LogLevel::kWarning, "redis_refused").with("detail", std::string_view(reply->str, reply->len));
    self->events_.on_reply(std::bit_cast<std::uint64_t>(tag), *reply);
}

}  // namespace billet::bus
