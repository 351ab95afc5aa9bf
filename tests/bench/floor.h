// tests/bench/floor.h — What cannot be undercut: a server that does nothing but send() the same
// bytes to every socket it has.
#pragma once

#include <string>

namespace billet::bench {

// Serves until killed. Everybody who connects to `path` gets what is written to `path`.publish,
// frame by frame as it is; a byte comes back to the publisher when all are sent.
[[noreturn]] void serve_floor(const std::string& path);

}  // namespace billet::bench
