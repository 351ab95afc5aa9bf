// lib/bus/redis_connection.cpp — The synchronous half of hiredis.
#include "lib/bus/redis_connection.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/result.h"

namespace billet::bus {
namespace {

// Posted commands whose answers may wait, or as many as one call posts: 128 for the notices of 64
// writes. Their answers are 512 bytes, far below any socket buffer.
constexpr std::size_t kUnreadMax = 64;

timeval to_timeval(std::chrono::milliseconds time) {
    return {.tv_sec = time.count() / 1000, .tv_usec = (time.count() % 1000) * 1000};
}

bool is_closed_by_peer(const redisContext& context, int error) {
    return context.err == REDIS_ERR_EOF || (context.err == REDIS_ERR_IO && (error == EPIPE || error == ECONNRESET));
}

RedisReply to_reply(const redisReply& raw) {
    RedisReply reply;
    switch (raw.type) {
        case REDIS_REPLY_INTEGER:
            reply.kind = RedisReply::Kind::kInteger;
            reply.integer = raw.integer;
            break;
        case REDIS_REPLY_STATUS:
        case REDIS_REPLY_STRING:
            reply.kind = RedisReply::Kind::kText;
            reply.text.assign(raw.str, raw.len);
            break;
        case REDIS_REPLY_ERROR:
            reply.kind = RedisReply::Kind::kError;
            reply.text.assign(raw.str, raw.len);
            break;
        case REDIS_REPLY_ARRAY:
            reply.kind = RedisReply::Kind::kArray;
            for (std::size_t i = 0; i < raw.elements; ++i) reply.items.push_back(to_reply(*raw.element[i]));
            break;
        default: break;
    }
    return reply;
}

}  // namespace

RedisConnection::RedisConnection(RedisConfig config, Clock clock)
    : config_(std::move(config)), clock_(std::move(clock)) {}

RedisConnection::~RedisConnection() {
    drop();
}

std::optional<RedisReply> RedisConnection::ask(const Arguments& command) {
    auto reply = ask_once(command);
    if (!reply && std::exchange(was_closed_, false)) reply = ask_once(command);
    return reply;
}

void RedisConnection::send(const Arguments& command) {
    const auto send_once = [&] { return connect() && collect() && append(command) && flush(); };
    is_awaited_ = send_once() || (std::exchange(was_closed_, false) && send_once());
    received_.reset();
}

std::optional<RedisReply> RedisConnection::receive(const Arguments& command) {
    collect();
    auto reply = std::exchange(received_, std::nullopt);
    if (!reply && std::exchange(was_closed_, false)) reply = ask_once(command);
    return reply;
}

bool RedisConnection::post(std::span<const Arguments> commands) {
    return post_once(commands) || (std::exchange(was_closed_, false) && post_once(commands));
}

std::optional<RedisReply> RedisConnection::ask_once(const Arguments& command) {
    if (!connect()) return std::nullopt;
    if (!collect() || !append(command) || !flush() || !settle()) return std::nullopt;
    return read();
}

bool RedisConnection::post_once(std::span<const Arguments> commands) {
    if (!connect()) return false;
    if (!collect()) return false;
    if (unread_ + commands.size() > kUnreadMax && !settle()) return false;
    const auto append_one = [this](const Arguments& command) { return append(command); };
    if (!std::ranges::all_of(commands, append_one) || !flush()) return false;
    unread_ += commands.size();
    return true;
}

bool RedisConnection::connect() {
    if (context_ != nullptr) return true;
    if (clock_() < retry_at_) return false;
    context_ = redisConnectUnixWithTimeout(config_.socket.c_str(), to_timeval(config_.timeout_ms));
    if (context_ == nullptr || context_->err != 0 ||
        redisSetTimeout(context_, to_timeval(config_.timeout_ms)) != REDIS_OK || !authenticate()) {
        drop();
        return false;
    }
    LogLine(LogLevel::kInfo, "redis_connected").with("socket", config_.socket);
    return true;
}

bool RedisConnection::authenticate() {
    if (config_.user.empty()) return true;
    auto password = read_secret_file(config_.password_file);
    if (!password) {
        LogLine(LogLevel::kError, "redis_password").with("detail", password.error().detail);
        return false;
    }
    if (!append({"AUTH", config_.user, *password}) || !flush()) return false;
    const auto reply = read();
    if (!reply) return false;
    if (reply->kind == RedisReply::Kind::kError) LogLine(LogLevel::kError, "redis_auth").with("detail", reply->text);
    return reply->kind != RedisReply::Kind::kError;
}

bool RedisConnection::append(const Arguments& command) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string_view argument : command) {
        texts.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    if (redisAppendCommandArgv(context_, static_cast<int>(texts.size()), texts.data(), lengths.data()) == REDIS_OK)
        return true;
    drop();
    return false;
}

bool RedisConnection::flush() {
    for (int done = 0; done == 0;) {
        if (redisBufferWrite(context_, &done) == REDIS_OK) continue;
        drop();
        return false;
    }
    return true;
}

// Reads the answers to everything posted. What fails with the connection is counted by drop().
bool RedisConnection::settle() {
    const auto deadline = clock_() + config_.timeout_ms;
    while (unread_ > 0) {
        const auto reply = read();
        if (!reply) return false;
        --unread_;
        const bool failed = reply->kind == RedisReply::Kind::kError;
        if (failed) LogLine(LogLevel::kWarning, "redis_refused").with("detail", reply->text);
        if (settled_) settled_(failed ? 0 : 1, failed ? 1 : 0);
        if (unread_ > 0 && clock_() > deadline) {
            drop();
            return false;
        }
    }
    return true;
}

// Reads the answer to what was sent, before anything else is.
bool RedisConnection::collect() {
    if (!is_awaited_) return true;
    if (!settle()) return false;
    is_awaited_ = false;
    received_ = read();
    return received_.has_value();
}

std::optional<RedisReply> RedisConnection::read() {
    void* raw = nullptr;
    if (redisGetReply(context_, &raw) != REDIS_OK || raw == nullptr) {
        drop();
        return std::nullopt;
    }
    proven_ = true;
    is_reported_ = false;
    auto* const answer = static_cast<redisReply*>(raw);
    RedisReply reply = to_reply(*answer);
    freeReplyObject(answer);
    return reply;
}

void RedisConnection::drop() {
    const bool closed = context_ != nullptr && is_closed_by_peer(*context_, errno);
    if (context_ != nullptr) {
        if (context_->err != 0 && !std::exchange(is_reported_, true)) {
            LogLine(LogLevel::kWarning, "redis_lost").with("detail", static_cast<const char*>(context_->errstr));
        }
        redisFree(context_);
        context_ = nullptr;
    }
    is_awaited_ = false;
    was_closed_ = closed && proven_;
    proven_ = false;
    retry_at_ = clock_() + (was_closed_ ? std::chrono::milliseconds{0} : config_.retry_after_ms);
    if (const std::size_t lost = std::exchange(unread_, 0); lost > 0 && settled_) settled_(0, lost);
}

}  // namespace billet::bus
