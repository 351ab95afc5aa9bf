// fcgi/request.h — One HTTP request as the pipeline sees it: plain values, so that a test can make
// one by hand.
#pragma once

#include <chrono>
#include <string>

namespace billet::fcgi {

// What is wrong with the body that the connection delivered, if anything.
enum class BodyState {
    kWhole,
    kTooLarge,   // more than [limits] body_bytes; `body` is empty
    kBadLength,  // CONTENT_LENGTH is no number; `body` is empty
};

struct Request {
    std::string method;
    std::string path;   // as sent, undecoded, without the query
    std::string query;  // as sent, without '?'
    std::string content_type;
    std::string content_encoding;  // of all such headers, as one list
    std::string body;
    BodyState body_state = BodyState::kWhole;
    std::string remote_address;
    std::string authorization;    // the header's value; empty when absent or given twice
    int idempotency_keys = 0;     // how many Idempotency-Key headers there were
    std::string idempotency_key;  // the first one's value
    std::string request_id;       // of the peer; made by the pipeline when it is missing or strange
    // Relayed by billet-wsd: it came in by the socket that only wsd can reach.
    bool from_wsd = false;
    // Of a relayed request: its connection and number, see chat::Ports; else empty.
    std::string cause;
    std::chrono::steady_clock::time_point read_at = std::chrono::steady_clock::now();
};

}  // namespace billet::fcgi
