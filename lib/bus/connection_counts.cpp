// lib/bus/connection_counts.cpp — Writing, refreshing and adding up the counts.
#include "lib/bus/connection_counts.h"

#include <array>
#include <cstdint>
#include <utility>

namespace billet::bus {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kAliveTag = 1;  // tags of counts are above it; 0 is nobody's
// Every count is written again within that, long before its hash expires.
constexpr std::size_t kRefreshTicks = 3600;
constexpr std::chrono::milliseconds kLastChance{
    20};  // after the deadline: an answer that lies in the socket is read first

// KEYS[1]: the user's hash; ARGV: our field, our number, the life of an alive key in ms. Answers
// the total.
constexpr std::string_view kCount = R"(
redis.call('SET', 'alive:' .. ARGV[1], '1', 'PX', ARGV[3])
if ARGV[2] == '0' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
local total = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
    if redis.call('EXISTS', 'alive:' .. all[i]) == 1 then
        total = total + tonumber(all[i + 1])
    else
        redis.call('HDEL', KEYS[1], all[i])
    end
end
redis.call('EXPIRE', KEYS[1], 86400)
return total
)";

}  // namespace

ConnectionCounts::ConnectionCounts(struct ev_loop* loop, AsyncConnection& commands, std::string incarnation,
                                   std::chrono::milliseconds timeout, std::chrono::milliseconds life)
    : commands_(commands),
      incarnation_(std::move(incarnation)),
      timeout_(timeout),
      alive_ms_(std::to_string(life.count())),
      last_tag_(kAliveTag),
      deadline_(loop, *this) {}

void ConnectionCounts::count(std::string_view user_key, std::uint64_t connections_here, Counted counted) {
    if (connections_here == 0) {
        here_.erase(ShortName(user_key));
    } else {
        here_.insert_or_assign(ShortName(user_key), static_cast<std::uint32_t>(connections_here));
    }
    if (!commands_.is_ready()) {
        if (counted) counted(std::nullopt);
        return;
    }
    const std::uint64_t tag = counted ? ++last_tag_ : 0;
    if (counted) waiting_.emplace(tag, Waiting{.counted = std::move(counted)});
    write(user_key, connections_here, tag);
    if (!waiting_.empty() && !deadline_.is_set()) deadline_.start(timeout_);
}

void ConnectionCounts::on_ready() {
    const std::string before = std::exchange(field_, incarnation_ + "." + std::to_string(++life_));
    const std::string old_key = "alive:" + before;
    if (!before.empty()) commands_.command(std::array<std::string_view, 2>{"DEL", old_key}, 0);
    say_alive(0);
    write_all();
}

void ConnectionCounts::on_tick() {
    say_alive(kAliveTag);
    refresh_some();
}

void ConnectionCounts::on_lost() {
    deadline_.stop();
    for (auto& [tag, waiting] : std::exchange(waiting_, {})) waiting.counted(std::nullopt);
}

bool ConnectionCounts::on_reply(std::uint64_t tag, const redisReply& reply) {
    if (tag == 0) return false;
    if (tag == kAliveTag) {
        // We were stopped for longer than our entry lives: others may have removed our fields.
        if (reply.type == REDIS_REPLY_NIL) write_all();
        return true;
    }
    const bool counted = reply.type == REDIS_REPLY_INTEGER && reply.integer >= 0;
    answer(tag, counted ? std::optional(static_cast<std::uint64_t>(reply.integer)) : std::nullopt);
    return true;
}

void ConnectionCounts::write(std::string_view user_key, std::uint64_t connections_here, std::uint64_t tag) {
    const std::string key = "conns:" + std::string(user_key);
    const std::string number = std::to_string(connections_here);
    commands_.command(std::array<std::string_view, 7>{"EVAL", kCount, "1", key, field_, number, alive_ms_}, tag);
}

void ConnectionCounts::write_all() {
    for (const auto& [user_key, connections] : here_) write(user_key.text(), connections, 0);
}

// Some buckets at each tick. When the table grows a count may be left out, until the next round.
void ConnectionCounts::refresh_some() {
    for (std::size_t left = here_.bucket_count() / kRefreshTicks + 1; left > 0; --left, ++next_bucket_) {
        if (next_bucket_ >= here_.bucket_count()) next_bucket_ = 0;
        for (auto each = here_.begin(next_bucket_); each != here_.end(next_bucket_); ++each)
            write(each->first.text(), each->second, 0);
    }
}

void ConnectionCounts::say_alive(std::uint64_t tag) {
    const std::string key = "alive:" + field_;
    commands_.command(std::array<std::string_view, 6>{"SET", key, "1", "PX", alive_ms_, "GET"}, tag);
}

// First marks whoever waits, then, after the loop has turned once more, answers those who still do.
void ConnectionCounts::end_late() {
    std::vector<std::uint64_t> over;
    for (auto& [tag, waiting] : waiting_) {
        if (std::exchange(waiting.late, true)) over.push_back(tag);
    }
    if (!waiting_.empty()) deadline_.start(over.empty() ? kLastChance : timeout_);
    for (const std::uint64_t tag : over) answer(tag, std::nullopt);
}

void ConnectionCounts::answer(std::uint64_t tag, std::optional<std::uint64_t> total) {
    auto found = waiting_.extract(tag);
    if (found.empty()) return;  // it came too late
    if (waiting_.empty()) deadline_.stop();
    found.mapped().counted(total);
}

}  // namespace billet::bus
