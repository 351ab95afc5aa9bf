// fcgi/listen.h — Listening sockets on unix paths.
#pragma once

#include <optional>
#include <string>

#include "lib/base/result.h"

namespace billet::fcgi {

struct Listener {
    int fd = -1;
    bool shared = false;  // other processes accept on it too
};

// Standard input as the service manager hands a listening unix socket over (StandardInput=socket), moved to a descriptor of its own;
// nullopt when standard input is something else.
std::optional<int> inherited_listener();

// Binds and listens at `path` with mode 0660. A socket file that nobody listens on any more is replaced; one in use is not, nor anything else
// that lies there. Non-blocking, close-on-exec. Call before there are other threads: it sets the umask for a moment.
// Errors: kInvalidArgument (path too long), kUnavailable (in use, not allowed, …).
Result<int> listen_at(const std::string& path, int backlog);

}  // namespace billet::fcgi
