// fcgi/sync.cpp — /chat/sync: reading one's own event log.
#include "lib/chat/sync.h"

#include "fcgi/handlers.h"
#include "lib/base/config/limits.h"
#include "lib/wire/log_position.h"
#include "lib/wire/objects.h"

namespace billet::fcgi {

Result<Reply> sync(Context& context) {
    const auto limit = context.query.limit(context.limits().page_default, context.limits().events_page_max);
    if (!limit) return limit.error();
    const auto position = wire::read_log_position(context.query);
    if (!position) return position.error();
    auto page = chat::read_log(context.ports, context.caller, *position, *limit);
    if (!page) return std::move(page).error();
    return json_reply(200, wire::sync_json(*page));
}

}  // namespace billet::fcgi
