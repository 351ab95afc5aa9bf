// lib/base/unix_socket.h — Unix stream sockets, non-blocking and closed on exec.
#pragma once

#include <string>

#include "lib/base/descriptor.h"
#include "lib/base/result.h"

namespace billet {

// Binds and listens at `path` with mode 0660. A socket file that nobody listens on any more is
// replaced; one in use is not, nor anything else that lies there. Of several processes that come at
// one moment, one gets the path: each holds the folder's lock (flock) while it looks and binds, and
// waits 5 s for it at most. Call before there are other threads: it sets the umask for a moment.
// Errors: kInvalidArgument (no path that a socket can have), kUnavailable (in use, not allowed, …).
Result<Descriptor> listen_at(const std::string& path, int backlog);
// The next waiting client; empty when there is none or no descriptor is left for it (errno tells).
Descriptor accept_from(int listen_fd);
// Empty when nobody listens, or more clients wait than the listener allows (errno tells). Never
// blocks: connecting to a unix socket ends at once.
Descriptor connect_to(const std::string& path);

}  // namespace billet
