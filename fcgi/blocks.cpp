// fcgi/blocks.cpp — /chat/blocks: whom one has blocked.
#include "lib/chat/blocks.h"

#include "fcgi/handlers.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {
namespace {

Result<Reply> change_block(Context& context, bool blocked) {
    if (auto body = wire::read_nothing(context.request.body, context.limits()); !body) return std::move(body).error();
    if (auto done = chat::set_block(context.ports, context.caller, UserId{context.path_id}, blocked); !done)
        return std::move(done).error();
    return empty_reply();
}

}  // namespace

Result<Reply> list_blocks(Context& context) {
    auto users = chat::list_blocks(context.ports, context.caller);
    if (!users) return std::move(users).error();
    return json_reply(200, wire::users_json(*users));
}

Result<Reply> set_block(Context& context) {
    return change_block(context, true);
}

Result<Reply> clear_block(Context& context) {
    return change_block(context, false);
}

}  // namespace billet::fcgi
