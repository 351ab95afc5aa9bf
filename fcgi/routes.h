// fcgi/routes.h — The route table: every call that billet-api answers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fcgi/handlers.h"

namespace billet::fcgi {

enum class Access {
    kPublic,     // no token
    kUser,       // a user's bearer token
    kRelay,      // for billet-wsd only, without a token; to everybody else the path does not exist
    kRelayUser,  // for billet-wsd only, with the token of the user it relays for
};

enum class Limited {
    kNo,     // not at all, or by the handler
    kCalls,  // the caller's "calls" bucket; of a write: taken together with those beside it
};

enum class Body {
    kNone,  // whatever is sent is not looked at
    kJson,  // application/json, or nothing
    kText,  // lines, between the daemons
};

enum class Hashing {
    kNo,
    kYes,  // hashes a password: served by the hashing threads, never by a worker
};

struct Route {
    std::string_view name;  // in logs and metrics
    std::string_view method;
    std::string_view path;  // `{id}` matches a whole segment that is a number of 1..2^53-1
    Handler handler;        // nullptr where the call ends in a write: then `prepare` stands below
    Access access;
    Limited limited;
    Body body;
    Hashing hashing = Hashing::kNo;
    // The write may share its transaction with others, and waits for its turn without a worker.
    Preparer prepare = nullptr;
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;  // nullptr: see allow
    std::uint64_t path_id = 0;
    std::string allow;  // methods of the path when another one was asked for; empty: no such path
};

// HEAD finds the route of GET. The path is compared as it was sent: an encoded or a trailing slash
// is another path.
Match find_route(std::string_view method, std::string_view path, bool from_wsd);
inline Match match_of(const Request& request) {
    return find_route(request.method, request.path, request.from_wsd);
}

}  // namespace billet::fcgi
