// tests/fakes/wsd/api_answers.cpp — Replies made of what the api would write.
#include "tests/fakes/wsd/api_answers.h"

#include <cstdint>

#include "lib/crypto/base64url.h"
#include "lib/wire/internal.h"

namespace billet::fakes {
namespace {

wire::Identity identity_of(const IdentityText& identity) {
    return {UserId{identity.user}, identity.session,
            std::chrono::seconds{static_cast<std::int64_t>(identity.token_ttl_s)}};
}

wire::LogPage page_of(const PageText& page) {
    wire::LogPage out{.cursor = Cursor{page.cursor}, .head = Cursor{page.head}, .more = page.more, .events = {}};
    for (const EventText& event : page.events) out.events.push_back({Cursor{event.cursor}, "chat_message", event.json});
    return out;
}

}  // namespace

wsd::RelayReply text_reply(std::string body) {
    wsd::RelayReply reply;
    reply.status = 200;
    reply.body = std::move(body);
    return reply;
}

wsd::RelayReply hello_reply(const IdentityText& identity, std::string_view epoch, bool resumed, const PageText& page) {
    return text_reply(wire::hello_text(
        {.identity = identity_of(identity), .epoch = epoch, .resumed = resumed, .page = page_of(page)}));
}

wsd::RelayReply page_reply(const PageText& page) {
    return text_reply(wire::sync_text(page_of(page)));
}

wsd::RelayReply session_reply(const IdentityText& identity) {
    return text_reply(wire::session_text(identity_of(identity)));
}

wsd::RelayReply sent_reply(std::string_view message_json, std::uint64_t cursor) {
    wsd::RelayReply reply = text_reply(std::string(message_json));
    reply.status = cursor == 0 ? 200 : 201;
    reply.cursor = cursor;
    return reply;
}

wsd::RelayReply refusal(int status, std::string_view code, std::string_view reason) {
    wsd::RelayReply reply;
    reply.status = status;
    reply.body.append(R"({"code":")").append(code) += "\"}";
    reply.reason = reason;
    return reply;
}

wsd::RelayReply resync_refusal(std::string_view reason, const IdentityText& identity, std::string_view epoch,
                               std::uint64_t head) {
    wsd::RelayReply reply = refusal(410, "resync_required", reason);
    reply.session = wire::refused_hello_text({identity_of(identity), epoch, Cursor{head}});
    return reply;
}

wsd::RelayReply no_reply() {
    return {};
}

std::string token_of(std::uint64_t user) {
    return "h." + crypto::base64url(R"({"sub":")" + std::to_string(user) + "\"}") + ".s";
}

}  // namespace billet::fakes
