// fcgi/sync.cpp — /chat/sync: reading one's own event log.
#include "lib/chat/sync.h"

#include "fcgi/handlers.h"
#include "fcgi/log_position.h"
#include "lib/wire/objects.h"

namespace billet::fcgi {

Result<std::optional<chat::LogPosition>> read_log_position(const Query& query) {
    const auto cursor = query.number("cursor");
    if (!cursor) return cursor.error();
    if (!*cursor) return std::optional<chat::LogPosition>{};
    auto epoch = query.text("epoch");
    if (!epoch) return std::move(epoch).error();
    if (!*epoch || (*epoch)->empty()) return invalid_argument("epoch", "required");
    return std::optional{chat::LogPosition{Cursor{**cursor}, std::move(**epoch)}};
}

Result<Reply> sync(Context& context) {
    const auto limit = context.query.limit(context.limits().page_default, context.limits().events_page_max);
    if (!limit) return limit.error();
    const auto position = read_log_position(context.query);
    if (!position) return position.error();
    auto page = chat::read_log(context.ports, context.caller, *position, *limit);
    if (!page) return std::move(page).error();
    return json_reply(200, wire::sync_json(*page));
}

}  // namespace billet::fcgi
