// tests/support/raw_socket.h — Bytes to the server as they are, for what no well-behaved client
// would send.
#pragma once

#include <string>

namespace billet::tests {

// Opens a connection to the stack's HTTP port, sends `bytes`, and reads until the server closes or
// `timeout_ms` passes without data.
// Gives what came. With `half_close` the sending side is shut down first.
std::string exchange(const std::string& bytes, int timeout_ms = 3000, bool half_close = true);

// The status of the first reply in `bytes`; 0 when there is none.
int status_in(const std::string& bytes);

}  // namespace billet::tests
