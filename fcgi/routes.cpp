// fcgi/routes.cpp — The table, and how a path finds its row.
#include "fcgi/routes.h"

#include <array>
#include <cstdint>
#include <optional>

#include "lib/base/ids.h"
#include "lib/base/text.h"
#include "lib/wire/internal.h"

namespace billet::fcgi {
namespace {

constexpr Route internal_route(std::string_view name, wire::InternalCall call, Handler handler, Access access,
                               Body body) {
    return {name, call.method, call.path, handler, access, Limited::kNo, body};
}

// clang-format off
constexpr std::array kRoutes = {
    Route{"register",          "POST",   "/auth/register",            register_account,  Access::kPublic,    Limited::kNo,    Body::kJson, Hashing::kYes},
    Route{"login",             "POST",   "/auth/login",               log_in,            Access::kPublic,    Limited::kNo,    Body::kJson, Hashing::kYes},
    Route{"refresh",           "POST",   "/auth/refresh",             refresh_login,     Access::kPublic,    Limited::kNo,    Body::kJson},
    Route{"logout",            "POST",   "/auth/logout",              log_out,           Access::kUser,      Limited::kCalls, Body::kJson},

    Route{"get_me",            "GET",    "/users/me",                 get_me,            Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"patch_me",          "PATCH",  "/users/me",                 patch_me,          Access::kUser,      Limited::kCalls, Body::kJson},
    Route{"find_users",        "GET",    "/users",                    find_users,        Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"get_user",          "GET",    "/users/{id}",               get_user,          Access::kUser,      Limited::kCalls, Body::kNone},

    // An existing room costs a call; a new one also a token of "rooms".
    Route{"open_room",         "POST",   "/chat/rooms",               open_room,         Access::kUser,      Limited::kCalls, Body::kJson},
    Route{"list_rooms",        "GET",    "/chat/rooms",               list_rooms,        Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"get_room",          "GET",    "/chat/rooms/{id}",          get_room,          Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"read_history",      "GET",    "/chat/rooms/{id}/messages", read_history,      Access::kUser,      Limited::kCalls, Body::kNone},
    // Limited by "sends" in the use case, so that a retry costs nothing.
    Route{"send_message",      "POST",   "/chat/rooms/{id}/messages", nullptr,           Access::kUser,      Limited::kNo,    Body::kJson, Hashing::kNo, prepare_send},
    Route{"mark_message_read", "PUT",    "/chat/messages/{id}/read",  nullptr,           Access::kUser,      Limited::kCalls, Body::kJson, Hashing::kNo, prepare_message_read},
    Route{"mark_room_read",    "PUT",    "/chat/rooms/{id}/read",     nullptr,           Access::kUser,      Limited::kCalls, Body::kJson, Hashing::kNo, prepare_room_read},
    Route{"typing",            "POST",   "/chat/rooms/{id}/typing",   announce_typing,   Access::kUser,      Limited::kCalls, Body::kJson},
    Route{"unread",            "GET",    "/chat/unread",              get_unread,        Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"sync",              "GET",    "/chat/sync",                sync,              Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"list_blocks",       "GET",    "/chat/blocks",              list_blocks,       Access::kUser,      Limited::kCalls, Body::kNone},
    Route{"set_block",         "PUT",    "/chat/blocks/{id}",         set_block,         Access::kUser,      Limited::kCalls, Body::kJson},
    Route{"clear_block",       "DELETE", "/chat/blocks/{id}",         clear_block,       Access::kUser,      Limited::kCalls, Body::kJson},

    Route{"healthz",           "GET",    "/healthz",                  healthz,           Access::kPublic,    Limited::kNo,    Body::kNone},
    Route{"readyz",            "GET",    "/readyz",                   readyz,            Access::kPublic,    Limited::kNo,    Body::kNone},

    internal_route("internal_hello",   wire::kHelloCall,   internal_hello,   Access::kRelayUser, Body::kText),
    internal_route("internal_sync",    wire::kSyncCall,    internal_sync,    Access::kRelayUser, Body::kNone),
    internal_route("internal_heads",   wire::kHeadsCall,   internal_heads,   Access::kRelay,     Body::kText),
    internal_route("internal_session", wire::kSessionCall, internal_session, Access::kRelayUser, Body::kText),
};
// clang-format on

bool is_internal(const Route& route) {
    return route.access == Access::kRelay || route.access == Access::kRelayUser;
}

// Takes the next segment (after a slash) off `path`; nullopt when there is none.
std::optional<std::string_view> next_segment(std::string_view& path) {
    if (path.empty() || path[0] != '/') return std::nullopt;
    const std::size_t end = path.find('/', 1);
    const std::string_view segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
    return segment;
}

// The path id (0 when the pattern has none), or nullopt when the path is another one.
std::optional<std::uint64_t> match_path(std::string_view pattern, std::string_view path) {
    std::uint64_t id = 0;
    while (!pattern.empty()) {
        const auto wanted = next_segment(pattern);
        const auto given = next_segment(path);
        if (!wanted || !given) return std::nullopt;
        if (*wanted == "{id}") {
            const auto number = parse_number(*given, kIdMax);
            if (!number || *number == 0) return std::nullopt;
            id = *number;
        } else if (*wanted != *given) {
            return std::nullopt;
        }
    }
    return path.empty() ? std::optional{id} : std::nullopt;
}

void add_method(std::string& allow, std::string_view method) {
    if (!allow.empty()) allow += ", ";
    allow += method;
    if (method == "GET") allow += ", HEAD";
}

}  // namespace

std::span<const Route> routes() {
    return kRoutes;
}

Match find_route(std::string_view method, std::string_view path, bool from_wsd) {
    Match match;
    for (const Route& route : kRoutes) {
        if (is_internal(route) && !from_wsd) continue;
        const auto id = match_path(route.path, path);
        if (!id) continue;
        if (route.method == method || (route.method == "GET" && method == "HEAD")) return {&route, *id, {}};
        add_method(match.allow, route.method);
    }
    return match;
}

}  // namespace billet::fcgi
