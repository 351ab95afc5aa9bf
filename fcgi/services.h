// fcgi/services.h — What a thread brings along that serves requests.
#pragma once

#include "fcgi/probe.h"
#include "lib/chat/ports.h"

namespace billet {
struct ApiConfig;
struct LimitsConfig;
}  // namespace billet

namespace billet::fcgi {

// Everything that it refers to outlives the requests. The rules get it as the ports of one request
// (request_scope.h).
struct Services {
    chat::Store& store;
    chat::Notifier& notifier;
    chat::Limiter& limiter;
    chat::Passwords& passwords;
    chat::Tokens& tokens;
    const ApiConfig& api;
    const LimitsConfig& limits;
    Probe& probe;
};

}  // namespace billet::fcgi
