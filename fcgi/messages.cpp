// fcgi/messages.cpp — /chat/rooms/{id}/messages: history, and sending.
#include <array>

#include "fcgi/write_call.h"
#include "lib/base/config/limits.h"
#include "lib/chat/rooms.h"
#include "lib/chat/send_message.h"
#include "lib/wire/internal.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace billet::fcgi {
namespace {

struct PositionParameter {
    std::string_view name;
    chat::HistoryFrom from;
};
constexpr std::array kPositions = {
    PositionParameter{"before_seq", chat::HistoryFrom::kBefore},
    PositionParameter{"after_seq", chat::HistoryFrom::kAfter},
    PositionParameter{"around_seq", chat::HistoryFrom::kAround},
};

// At most one of the three; none is the newest page.
Result<chat::HistoryPosition> read_position(const wire::Query& query) {
    chat::HistoryPosition position;
    for (const PositionParameter& each : kPositions) {
        const auto seq = query.number(each.name);
        if (!seq) return seq.error();
        if (!*seq) continue;
        if (position.from != chat::HistoryFrom::kNewest) return invalid_argument(std::string(each.name), "conflict");
        position = {each.from, Seq{**seq}};
    }
    return position;
}

std::string link(RoomId room, std::string_view parameter, Seq seq, std::size_t limit, std::string_view relation) {
    return "</chat/rooms/" + std::to_string(room.value) + "/messages?" + std::string(parameter) + "=" +
           std::to_string(seq.value) + "&limit=" + std::to_string(limit) + ">; rel=\"" + std::string(relation) + "\"";
}

std::string links(const chat::HistoryPage& page, RoomId room, std::size_t limit) {
    std::string all;
    if (page.messages.empty()) return all;
    if (page.older) all = link(room, "before_seq", page.messages.front().seq, limit, "prev");
    if (page.newer) {
        if (!all.empty()) all += ", ";
        all += link(room, "after_seq", page.messages.back().seq, limit, "next");
    }
    return all;
}

// An Idempotency-Key is taken bare or as the quoted string that the header's draft standard asks
// for.
Result<std::string> unquoted(std::string_view value) {
    if (value.empty() || value[0] != '"') return std::string(value);
    std::string text;
    for (std::size_t i = 1; i < value.size(); ++i) {
        if (value[i] == '"') {
            if (i + 1 != value.size()) break;
            return text;
        }
        if (value[i] == '\\' && ++i == value.size()) break;
        text.push_back(value[i]);
    }
    return invalid_argument("Idempotency-Key", "format");
}

// The id from body and header, which must agree. An empty or a doubled header is refused.
Result<std::optional<std::string>> client_msg_id(const Request& request, std::optional<std::string> from_body) {
    if (request.idempotency_keys == 0) return from_body;
    if (request.idempotency_keys > 1) return invalid_argument("Idempotency-Key", "conflict");
    auto from_header = unquoted(request.idempotency_key);
    if (!from_header) return std::move(from_header).error();
    if (from_header->empty()) return invalid_argument("Idempotency-Key", "length");
    if (from_body && *from_body != *from_header) return invalid_argument("Idempotency-Key", "conflict");
    return std::optional{std::move(*from_header)};
}

class SendCall : public WriteCall {
public:
    SendCall(chat::MessageWrite write, bool legacy_form) : write_(std::move(write)), legacy_form_(legacy_form) {}

    chat::Write& write() override { return write_; }
    Result<Reply> finish(Context& context) override {
        const auto& sent = write_.outcome();
        if (!sent) return sent.error();
        const UserId sender = context.caller.user;
        const bool from_wsd = context.request.from_wsd;
        Reply reply =
            json_reply(sent->duplicate || legacy_form_ ? 200 : 201,
                       from_wsd ? wire::send_ack_json(*sent, sender) : wire::message_json(sent->message, sender));
        if (sent->duplicate) reply.with("Idempotency-Replayed", "true");
        if (from_wsd && !sent->duplicate)
            reply.with(std::string(wire::header::kCursor), std::to_string(sent->cursor.value));
        return reply;
    }

private:
    chat::MessageWrite write_;
    bool legacy_form_;  // answers 200 for a new message too
};

}  // namespace

Result<Reply> read_history(Context& context) {
    const auto limit = context.query.limit(context.limits().page_default, context.limits().messages_page_max);
    if (!limit) return limit.error();
    const auto position = read_position(context.query);
    if (!position) return position.error();
    const RoomId room{context.path_id};
    auto page = chat::read_history(context.ports, context.caller, room, *position, *limit);
    if (!page) return std::move(page).error();
    Reply reply = json_reply(200, wire::messages_json(page->messages, context.caller.user));
    if (std::string both = links(*page, room, *limit); !both.empty()) reply.with("Link", std::move(both));
    return reply;
}

// The content comes from the body or, in the legacy form, from the query.
Result<std::unique_ptr<WriteCall>> prepare_send(Context& context) {
    auto body = wire::read_send(context.request.body, context.limits());
    if (!body) return std::move(body).error();
    const bool legacy_form = !body->content.has_value();
    if (legacy_form) {
        auto from_query = context.query.text("content");
        if (!from_query) return std::move(from_query).error();
        body->content = std::move(*from_query);
    }
    if (!body->content) return invalid_argument("content", "required");
    auto id = client_msg_id(context.request, std::move(body->client_msg_id));
    if (!id) return std::move(id).error();
    auto write = chat::MessageWrite::checked(
        context.limits(), origin_of(context),
        {.room = RoomId{context.path_id}, .client_msg_id = std::move(*id), .content = std::move(*body->content)});
    if (!write) return std::move(write).error();
    return std::unique_ptr<WriteCall>(std::make_unique<SendCall>(std::move(write).value(), legacy_form));
}

}  // namespace billet::fcgi
