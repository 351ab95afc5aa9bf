// fcgi/rooms.cpp — /chat/rooms: opening, listing and reading rooms.
#include <cstdint>

#include "lib/chat/rooms.h"

#include "fcgi/handlers.h"
#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {
namespace {

// `before` of a room list: `<µs since 1970>-<room id>`, as the Link header gave it. Opaque to
// clients.
Result<std::optional<chat::RoomPosition>> read_position(const wire::Query& query) {
    auto text = query.text("before");
    if (!text) return std::move(text).error();
    if (!*text) return std::optional<chat::RoomPosition>{};
    const auto parts = split(**text, '-');
    if (parts.size() != 2) return invalid_argument("before", "format");
    const auto time_us = parse_number(parts[0], kIdMax);
    const auto id = parse_number(parts[1], kIdMax);
    if (!time_us || !id) return invalid_argument("before", "format");
    return std::optional{
        chat::RoomPosition{Time{std::chrono::microseconds{static_cast<std::int64_t>(*time_us)}}, RoomId{*id}}};
}

std::string next_link(const chat::RoomPosition& position, std::size_t limit) {
    return "</chat/rooms?before=" + std::to_string(position.last_message_at.time_since_epoch().count()) + "-" +
           std::to_string(position.id.value) + "&limit=" + std::to_string(limit) + ">; rel=\"next\"";
}

// As in the body, a number that no user can have is an unknown user (0) and not a refused value.
Result<std::optional<std::uint64_t>> queried_user(const wire::Query& query) {
    auto number = query.number("other_user_id");
    if (!number && number.error().fields.front().code == "range") return std::optional<std::uint64_t>{0};
    return number;
}

}  // namespace

// The id comes from the body or, in the legacy form, from the query; that form answers 200 for a
// new room too.
Result<Reply> open_room(Context& context) {
    auto body = wire::read_other_user(context.request.body, context.limits());
    if (!body) return std::move(body).error();
    std::optional<std::uint64_t> other = *body;
    if (!other) {
        auto from_query = queried_user(context.query);
        if (!from_query) return std::move(from_query).error();
        other = *from_query;
    }
    if (!other) return invalid_argument("other_user_id", "required");
    auto opened = chat::open_room(context.ports, context.caller, UserId{*other});
    if (!opened) return std::move(opened).error();
    return json_reply(opened->created && *body ? 201 : 200, wire::room_json(opened->room, context.caller.user));
}

Result<Reply> list_rooms(Context& context) {
    const auto limit = context.query.limit(context.limits().page_default, context.limits().rooms_page_max);
    if (!limit) return limit.error();
    const auto position = read_position(context.query);
    if (!position) return position.error();
    auto page = chat::list_rooms(context.ports, context.caller, *position, *limit);
    if (!page) return std::move(page).error();
    Reply reply = json_reply(200, wire::rooms_json(page->rooms, context.caller.user));
    if (page->next) reply.with("Link", next_link(*page->next, *limit));
    return reply;
}

Result<Reply> get_room(Context& context) {
    auto room = chat::get_room(context.ports, context.caller, RoomId{context.path_id});
    if (!room) return std::move(room).error();
    return json_reply(200, wire::room_json(*room, context.caller.user));
}

}  // namespace billet::fcgi
