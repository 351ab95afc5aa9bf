// fcgi/listen.cpp — Inheriting listening unix sockets.
#include "fcgi/listen.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "lib/base/text.h"

namespace billet::fcgi {
namespace {

int socket_option(int fd, int option) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

std::string taken_from_environment(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    unsetenv(name);
    return text;
}

constexpr int kFirstInherited = 3;
constexpr std::uint64_t kInheritedMax = 16;

Result<Listener> inherited(int fd, std::string_view name) {
    if (name != "api" && name != "relay")
        return make_error(Code::kInvalidArgument, "a socket that was handed over is named '" + std::string(name) +
                                                      "', and neither api nor relay");
    if (socket_option(fd, SO_ACCEPTCONN) != 1 || socket_option(fd, SO_DOMAIN) != AF_UNIX)
        return make_error(Code::kInvalidArgument,
                          "what was handed over as '" + std::string(name) + "' is no listening unix socket");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return Listener{.fd = fd, .peer = name == "relay" ? Peer::kWsd : Peer::kNginx, .shared = true};
}

}  // namespace

Result<std::vector<Listener>> inherited_listeners() {
    std::vector<Listener> listeners;
    const std::string count_text = taken_from_environment("LISTEN_FDS");
    const std::string names_text = taken_from_environment("LISTEN_FDNAMES");
    if (taken_from_environment("LISTEN_PID") != std::to_string(getpid()))
        return listeners;  // meant for another process
    const std::uint64_t count = parse_number(count_text, kInheritedMax).value_or(0);
    const auto names = split(names_text, ':');
    for (std::size_t i = 0; i < count; ++i) {
        auto listener = inherited(kFirstInherited + static_cast<int>(i), i < names.size() ? names[i] : "");
        if (!listener) return std::move(listener).error();
        listeners.push_back(*listener);
    }
    return listeners;
}

}  // namespace billet::fcgi
