// fcgi/users.cpp — /users: one's own profile, and finding others.
#include "fcgi/handlers.h"
#include "lib/chat/accounts.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {

Result<Reply> get_me(Context& context) {
    if (auto done = context.admission->settle(context.ports.sessions); !done) return std::move(done).error();
    return json_reply(200, wire::own_user_json(context.admission->user()));
}

Result<Reply> patch_me(Context& context) {
    auto name = wire::read_display_name(context.request.body, context.limits());
    if (!name) return std::move(name).error();
    auto user = chat::set_display_name(context.ports, context.caller, *name);
    if (!user) return std::move(user).error();
    return json_reply(200, wire::own_user_json(*user));
}

Result<Reply> find_users(Context& context) {
    auto username = context.query.text("username");
    if (!username) return std::move(username).error();
    auto prefix = context.query.text("prefix");
    if (!prefix) return std::move(prefix).error();
    auto users = chat::find_users(context.ports, *username, *prefix);
    if (!users) return std::move(users).error();
    return json_reply(200, wire::users_json(*users));
}

Result<Reply> get_user(Context& context) {
    auto user = chat::get_user(context.ports, UserId{context.path_id});
    if (!user) return std::move(user).error();
    return json_reply(200, wire::user_json(*user));
}

}  // namespace billet::fcgi
