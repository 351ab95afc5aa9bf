// wsd/relay.h — The relay as the rest of wsd sees it: a request to the api, and its reply later.
// Implemented by relay_client.h, faked in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace billet::wsd {

// Never used twice in a process; 0 is nobody.
using ConnectionId = std::uint64_t;

enum class RelayKind : std::uint8_t { kHello, kSync, kHeads, kSession, kSend, kRead, kTyping };

// The name in metrics.
constexpr std::string_view kind_name(RelayKind kind) {
    switch (kind) {
        case RelayKind::kHello: return "hello";
        case RelayKind::kSync: return "sync";
        case RelayKind::kHeads: return "heads";
        case RelayKind::kSession: return "session";
        case RelayKind::kSend: return "send";
        case RelayKind::kRead: return "read";
        case RelayKind::kTyping: return "typing";
    }
    return "other";
}

// Only reads: nobody misses it once its connection has gone.
constexpr bool is_droppable(RelayKind kind) {
    return kind == RelayKind::kHello || kind == RelayKind::kSync || kind == RelayKind::kSession;
}

// Every request may be carried out twice: reads change nothing, marks only move forward, a send has
// its client_msg_id.
struct RelayRequest {
    RelayKind kind = RelayKind::kHello;
    ConnectionId owner = 0;
    std::string_view method;  // a literal
    std::string path;
    std::string query;
    std::string_view content_type;  // a literal; empty without a body
    std::string body;
    std::string token;  // empty: none
    std::string address;
    // At most 64 printable bytes; comes back in the notices that the request causes.
    std::string cause;
};

struct RelayReply {
    // 0: none was to be had in time; whether the request was carried out is unknown
    int status = 0;
    std::string body;
    std::string request_id;    // of the api's log
    std::string reason;        // wire::header::kReason
    std::string session;       // wire::header::kSession
    std::uint64_t cursor = 0;  // wire::header::kCursor; 0: none
};

class Relay {
public:
    using Done = std::function<void(RelayReply reply)>;

    virtual ~Relay() = default;

    // Never calls `done` before it returns, and calls it exactly once unless the request is
    // droppable and its owner has gone. Never blocks.
    virtual void ask(RelayRequest request, Done done) = 0;
};

}  // namespace billet::wsd
