// fcgi/typing.cpp — "Is typing": told to the peer's live sockets, stored nowhere.
#include "fcgi/handlers.h"
#include "lib/chat/blocks.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {

Result<Reply> announce_typing(Context& context) {
    if (auto body = wire::read_nothing(context.request.body, context.limits()); !body) return std::move(body).error();
    if (auto done = chat::announce_typing(context.ports, context.caller, RoomId{context.path_id}); !done)
        return std::move(done).error();
    if (context.request.from_wsd) return json_reply(200, "{}");
    return empty_reply();
}

}  // namespace billet::fcgi
