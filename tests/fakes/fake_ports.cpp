// tests/fakes/fake_ports.cpp — The world of the unit tests.
#include "tests/fakes/fake_ports.h"

#include <cstdint>
#include <cstdlib>

#include "lib/base/session_id.h"
#include "lib/base/text.h"
#include "lib/chat/accounts.h"
#include "lib/chat/rooms.h"
#include "lib/chat/send_message.h"

namespace billet::fakes {
namespace {

Error invalid_token() {
    Error error = make_error(Code::kUnauthenticated);
    error.reason = "invalid";
    return error;
}

}  // namespace

std::string FakeTokens::issue_access(UserId user, std::string_view session_id, Time /*expires_at*/) {
    return std::to_string(user.value) + "/" + std::string(session_id);
}

Result<chat::AccessClaims> FakeTokens::verify_access(std::string_view token) {
    const auto parts = split(token, '/');
    chat::AccessClaims claims;
    claims.expires_at = now() + std::chrono::minutes{15};
    if ((parts.size() == 3 || parts.size() == 4) && parts[0] == "host") {
        const auto issued = parts.size() == 4 ? parse_number(parts[3], kIdMax) : std::nullopt;
        claims.issuer = "host";
        claims.external_id = parts[1];
        claims.username = parts[2];
        claims.display_name = host_display_name;
        std::string hash = std::string(parts[1]) + std::string(parts.back());
        hash.resize(32, '0');
        claims.session_id = host_session_id(hash, issued ? Time{std::chrono::seconds{*issued}} : now());
        return claims;
    }
    if (parts.size() != 2) return invalid_token();
    const auto user = parse_number(parts[0], kIdMax);
    if (!user) return invalid_token();
    claims.user = UserId{*user};
    claims.session_id = parts[1];
    return claims;
}

std::string FakeTokens::issue_refresh(std::string_view session_id, std::uint64_t generation) {
    return std::string(session_id) + "#" + std::to_string(generation);
}

Result<chat::RefreshClaims> FakeTokens::verify_refresh(std::string_view token) {
    const auto parts = split(token, '#');
    const auto generation = parts.size() == 2 ? parse_number(parts[1], kIdMax) : std::nullopt;
    if (!generation) return invalid_token();
    return chat::RefreshClaims{std::string(parts[0]), *generation};
}

World::World() {
    alice = caller("alice");
    bob = caller("bob");
    eve = caller("eve");
    auto opened = chat::open_room(ports, alice, bob.user);
    if (!opened) std::abort();
    room = opened->room.id;
    notifier.announced.clear();
    limiter.taken.clear();
}

chat::Caller World::caller(const std::string& name) {
    const chat::User user = store.add_user(name);
    const std::string session_id = "session-of-" + name;
    if (!store.create_session({session_id, user.id, 1, now() + std::chrono::hours{1}, false}).ok()) std::abort();
    return {.user = user.id, .session_id = session_id, .token_expires_at = now() + std::chrono::minutes{15}};
}

Result<chat::Admission> World::let_in(std::string_view token) {
    auto admission = chat::authenticate(ports, token);
    if (!admission) return admission;
    if (auto done = admission->settle(store); !done) return std::move(done).error();
    return admission;
}

chat::Message World::say(const chat::Caller& from, const std::string& content) {
    auto sent = chat::send_message(ports, from, {.room = room, .client_msg_id = std::nullopt, .content = content});
    if (!sent) std::abort();
    return sent->message;
}

}  // namespace billet::fakes
