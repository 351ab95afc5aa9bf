// wsd/supervisor.cpp — One datagram to a unix socket; "@" begins an abstract name.
#include "wsd/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "lib/base/text.h"
#include "lib/base/descriptor.h"

namespace billet::wsd {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string(value);
}

}  // namespace

Supervisor::Supervisor() : socket_(environment("NOTIFY_SOCKET")) {
    const auto allowed = parse_number(environment("WATCHDOG_USEC"), INT64_MAX);
    if (allowed && *allowed > 1)
        watchdog_interval_ = std::chrono::microseconds{static_cast<std::int64_t>(*allowed / 2)};
}

void Supervisor::tell(std::string_view state) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, socket_.size());
    if (socket_[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const Descriptor fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return;
    sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace billet::wsd
