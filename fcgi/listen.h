// fcgi/listen.h — Whom a listening socket is for, and the sockets that the service manager hands
// over.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"

namespace billet::fcgi {

// Who is at the other end of a connection: told by the socket that it came in by, and by nothing
// else.
enum class Peer { kNginx, kWsd };

struct Listener {
    int fd = -1;
    Peer peer = Peer::kNginx;
    bool shared = false;  // other processes accept on it too
};

// The listening unix sockets that the service manager hands over (LISTEN_FDS, systemd's
// sd_listen_fds), by their FileDescriptorName: `api` for nginx, `relay` for wsd. Close-on-exec;
// whether they block is not ours to say, since other processes share them. Empty when there are
// none. Call once, before there are other threads: the variables are taken out of the environment.
// Errors: kInvalidArgument (another name, or no listening unix socket).
Result<std::vector<Listener>> inherited_listeners();

}  // namespace billet::fcgi
