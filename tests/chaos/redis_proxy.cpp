// tests/chaos/redis_proxy.cpp — One poll loop over pairs of sockets; replies are passed on whole,
// unless they are to be spoiled.
#include "tests/chaos/redis_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <cerrno>
#include <iterator>
#include <utility>

#include "tests/chaos/journal.h"
#include "lib/base/unix_socket.h"
#include "tests/support/stack.h"

namespace billet::chaos {
namespace {

constexpr int kTickMs = 20;
constexpr int kMoveMs = 20000;
constexpr std::string_view kNoticeHead = "*3\r\n$7\r\nmessage\r\n";

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The path after "unixsocket " in Redis' configuration.
std::string socket_in(const std::string& config) {
    const std::string key = "\nunixsocket ";
    const std::size_t at = config.find(key);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + key.size();
    return config.substr(begin, config.find('\n', begin) - begin);
}

std::string with_socket(std::string config, const std::string& path) {
    const std::string old = socket_in(config);
    return config.replace(config.find(old), old.size(), path);
}

void read_some(int fd, std::string& into, bool& over) {
    std::array<char, 65536> piece{};
    const ssize_t count = recv(fd, piece.data(), piece.size(), MSG_DONTWAIT);
    if (count > 0) {
        into.append(piece.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EAGAIN) {
        over = true;
    }
}

void write_some(int fd, std::string& from, bool& over) {
    if (from.empty()) return;
    const ssize_t count = send(fd, from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
        from.erase(0, static_cast<std::size_t>(count));
    } else if (errno != EAGAIN) {
        over = true;
    }
}

}  // namespace

std::size_t resp_size(std::string_view bytes) {
    const std::size_t line_end = bytes.find("\r\n");
    if (line_end == std::string_view::npos) return 0;
    std::size_t size = line_end + 2;
    const long long number = std::atoll(std::string(bytes.substr(1, line_end - 1)).c_str());
    if (bytes[0] == '$' && number >= 0) size += static_cast<std::size_t>(number) + 2;
    if (size > bytes.size()) return 0;
    for (long long i = 0; bytes[0] == '*' && i < number; ++i) {
        const std::size_t item = resp_size(bytes.substr(size));
        if (item == 0) return 0;
        size += item;
    }
    return size;
}

RedisProxy::RedisProxy(std::uint64_t seed)
    : config_path_(tests::stack().run_dir + "/conf/redis.conf"), config_(read_file(config_path_)), random_(seed) {
    own_path_ = socket_in(config_);
    redis_path_ = own_path_ + ".real";
    if (own_path_.empty() || !move_redis(with_socket(config_, redis_path_), redis_path_)) return;
    auto listener = listen_at(own_path_, SOMAXCONN);
    if (!listener) return;
    listener_ = std::move(*listener);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

RedisProxy::~RedisProxy() {
    if (!is_ready()) return;
    thread_ = {};
    links_.clear();
    listener_.reset();
    move_redis(config_, own_path_);
}

// The supervisor starts Redis again with the configuration that it finds.
bool RedisProxy::move_redis(const std::string& config, const std::string& to_path) {
    std::ofstream(config_path_) << config;
    const pid_t old = tests::pid_of("redis");
    tests::signal_service("redis", SIGTERM);
    if (!tests::wait_for_new_pid("redis", old, kMoveMs)) return false;
    for (const std::int64_t end = now_ms() + kMoveMs; !connect_to(to_path);) {
        if (now_ms() > end) return false;
        tests::sleep_ms(kTickMs);
    }
    return true;
}

void RedisProxy::disturb(const Fault& fault) {
    if (fault.kind == FaultKind::kCutReplies) {
        ++cuts_;
        return;
    }
    mode_ = fault.kind;
    mode_until_ms_ = now_ms() + fault.lasts_ms;
}

bool RedisProxy::mode_is(FaultKind kind) const {
    return mode_ == kind && now_ms() < mode_until_ms_;
}

void RedisProxy::run(const std::stop_token& stop) {
    std::vector<pollfd> watched;
    while (!stop.stop_requested()) {
        watched.assign(1, {.fd = listener_.get(), .events = POLLIN, .revents = 0});
        for (const Link& link : links_) {
            const auto out = [](const std::string& waiting) { return waiting.empty() ? 0 : POLLOUT; };
            watched.push_back(
                {.fd = link.client.get(), .events = static_cast<short>(POLLIN | out(link.to_client)), .revents = 0});
            watched.push_back(
                {.fd = link.redis.get(), .events = static_cast<short>(POLLIN | out(link.to_redis)), .revents = 0});
        }
        poll(watched.data(), watched.size(), kTickMs);
        for (std::size_t i = 0; i < links_.size(); ++i)
            serve(links_[i], watched[1 + 2 * i].revents, watched[2 + 2 * i].revents);
        std::erase_if(links_, [](const Link& link) { return link.over; });
        if (watched[0].revents != 0) take_client();
    }
}

void RedisProxy::take_client() {
    Link link;
    link.client = accept_from(listener_.get());
    link.redis = connect_to(redis_path_);
    link.cuts_seen = cuts_;
    if (link.client && link.redis) links_.push_back(std::move(link));
}

void RedisProxy::serve(Link& link, short client_events, short redis_events) {
    if (client_events & (POLLIN | POLLHUP | POLLERR)) read_some(link.client.get(), link.to_redis, link.over);
    if (redis_events & (POLLIN | POLLHUP | POLLERR)) read_some(link.redis.get(), link.from_redis, link.over);
    if (redis_events != 0 && mode_is(FaultKind::kHoldReplies)) ++disturbed_;
    write_some(link.redis.get(), link.to_redis, link.over);
    pass_replies(link);
    write_some(link.client.get(), link.to_client, link.over);
}

void RedisProxy::pass_replies(Link& link) {
    if (mode_is(FaultKind::kHoldReplies)) return;
    std::string_view rest = link.from_redis;
    for (std::size_t size = 0; (size = resp_size(rest)) != 0; rest.remove_prefix(size)) {
        const std::string_view reply = rest.substr(0, size);
        if (link.cuts_seen != cuts_) {
            link.to_client += reply.substr(0, size / 2);
            link.over = true;
            ++disturbed_;
            write_some(link.client.get(), link.to_client, link.over);
            return;
        }
        if (reply.starts_with(kNoticeHead)) {
            pass_notice(link, reply);
        } else {
            link.to_client += reply;
        }
    }
    link.from_redis.erase(0, link.from_redis.size() - rest.size());
    if (!mode_is(FaultKind::kReorderNotices)) link.to_client += std::exchange(link.put_off, {});
}

void RedisProxy::pass_notice(Link& link, std::string_view notice) {
    const bool spoil = random_() % 2 == 0;
    if (spoil && mode_is(FaultKind::kLoseNotices)) {
        ++disturbed_;
    } else if (spoil && mode_is(FaultKind::kRepeatNotices)) {
        ++disturbed_;
        link.to_client.append(notice).append(notice);
    } else if (spoil && link.put_off.empty() && mode_is(FaultKind::kReorderNotices)) {
        ++disturbed_;
        link.put_off = notice;
    } else {
        link.to_client.append(notice).append(std::exchange(link.put_off, {}));
    }
}

}  // namespace billet::chaos
