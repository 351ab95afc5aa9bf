// fcgi/accounts.cpp — /auth: register, login, refresh, logout.
#include "lib/chat/accounts.h"

#include "fcgi/handlers.h"
#include "lib/base/addresses.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {
namespace {

// Whom the limits by address count.
std::string network_of(const Context& context) {
    return address_to_count(context.request.remote_address);
}

Result<Reply> login_reply(int status, const Result<chat::Login>& login) {
    if (!login) return login.error();
    return json_reply(status, wire::login_json(*login));
}

}  // namespace

Result<Reply> register_account(Context& context) {
    auto body = wire::read_register(context.request.body, context.limits());
    if (!body) return std::move(body).error();
    return login_reply(201, chat::register_account(context.ports, *body, network_of(context)));
}

Result<Reply> log_in(Context& context) {
    auto body = wire::read_login(context.request.body, context.limits());
    if (!body) return std::move(body).error();
    return login_reply(200, chat::log_in(context.ports, body->username, body->password, network_of(context)));
}

Result<Reply> refresh_login(Context& context) {
    auto token = wire::read_refresh(context.request.body, context.limits());
    if (!token) return std::move(token).error();
    return login_reply(200, chat::refresh_login(context.ports, *token));
}

Result<Reply> log_out(Context& context) {
    if (auto body = wire::read_nothing(context.request.body, context.limits()); !body) return std::move(body).error();
    if (auto done = chat::log_out(context.ports, context.caller); !done) return std::move(done).error();
    return empty_reply();
}

}  // namespace billet::fcgi
