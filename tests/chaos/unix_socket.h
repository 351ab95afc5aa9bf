// tests/chaos/unix_socket.h — Connecting to and listening on unix sockets.
#pragma once

#include <string>

namespace billet::chaos {

// A descriptor, or -1.
int connect_unix(const std::string& path);
// Takes the place of whatever is at `path`. A descriptor, or -1.
int listen_unix(const std::string& path);
// Whether somebody listens there.
bool answers_unix(const std::string& path);

}  // namespace billet::chaos
