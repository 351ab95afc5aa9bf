// fcgi/blocks.cpp — /chat/blocks: whom one has blocked.
#include "lib/chat/blocks.h"

#include "fcgi/handlers.h"
#include "lib/base/config/limits.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {
namespace {

std::string next_link(UserId position, std::size_t limit) {
    return "</chat/blocks?after=" + std::to_string(position.value) + "&limit=" + std::to_string(limit) +
           ">; rel=\"next\"";
}

Result<Reply> change_block(Context& context, bool blocked) {
    if (auto body = wire::read_nothing(context.request.body, context.limits()); !body) return std::move(body).error();
    if (auto done = chat::set_block(context.ports, context.caller, UserId{context.path_id}, blocked); !done)
        return std::move(done).error();
    return empty_reply();
}

}  // namespace

// Few have many: without a limit the page is the largest, so that nearly everybody gets all in one
// answer.
Result<Reply> list_blocks(Context& context) {
    const std::size_t page_max = context.limits().blocks_page_max;
    const auto limit = context.query.limit(page_max, page_max);
    if (!limit) return limit.error();
    const auto after = context.query.number("after");
    if (!after) return after.error();
    auto page = chat::list_blocks(context.ports, context.caller, UserId{after->value_or(0)}, *limit);
    if (!page) return std::move(page).error();
    Reply reply = json_reply(200, wire::users_json(page->users));
    if (page->next) reply.with("Link", next_link(*page->next, *limit));
    return reply;
}

Result<Reply> set_block(Context& context) {
    return change_block(context, true);
}

Result<Reply> clear_block(Context& context) {
    return change_block(context, false);
}

}  // namespace billet::fcgi
