// tests/fakes/wsd/fake_api.h — The api's side of a relay socket, word for word: takes connections,
// reads requests, writes what it is told to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/descriptor.h"

namespace billet::fakes {

class FakeApi {
public:
    struct Request {
        std::map<std::string, std::string> parameters;
        std::string body;
    };

    // Listens at the path, which must be free.
    explicit FakeApi(const std::string& path);

    // Takes new connections and whatever has come on all of them; never waits. Nothing can come
    // twice.
    void look();
    // Connections are numbered in the order in which they came, from 0; closed ones keep their
    // number.
    std::size_t connections() const { return connections_.size(); }
    // The request that has come whole on that connection and was not taken yet.
    std::optional<Request> take(std::size_t connection);
    // The client has closed it.
    bool is_left(std::size_t connection) const { return connections_.at(connection).is_left; }
    void write(std::size_t connection, std::string_view bytes);
    void hang_up(std::size_t connection) { connections_.at(connection).fd.reset(); }

private:
    struct Connection {
        Descriptor fd;
        std::string bytes;  // of a request
        bool is_left = false;
    };

    Descriptor listener_;
    std::vector<Connection> connections_;
};

// The records of a whole reply on a connection that is kept. `text`: CGI headers, an empty line,
// the body.
std::string reply_records(std::string_view text);

}  // namespace billet::fakes
