// tests/bench/broadcast.h — One publication to very many readers, and how Billet is made to
// publish.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/crowd.h"
#include "tests/bench/people.h"
#include "tests/bench/site.h"
#include "tests/support/http.h"

namespace billet::bench {

// Billet, or one that it is compared with.
struct Server {
    std::string name;
    std::vector<pid_t> pids;  // of what sends the frames
    Target target;
    std::string hello;  // of every reader
    std::function<void(const std::string& text)> publish;
};

// All readers are connections of the pair's first; a message from the second is the publication.
// `http` must outlive the server.
Server billet_server(const Site& site, tests::Http& http, const People& two);

// Publishes so often, each time when everybody has got the one before. Somebody must read for the
// crowd meanwhile.
void publish(const Server& server, const Crowd& crowd, const std::string& text, std::uint64_t times);

}  // namespace billet::bench
