// tests/fakes/wsd/api_answers.cpp — Lines of words.
#include "tests/fakes/wsd/api_answers.h"

#include "lib/crypto/base64url.h"

namespace billet::fakes {
namespace {

std::string text_of(const IdentityText& identity) {
    return std::to_string(identity.user) + " " + identity.session + " " + std::to_string(identity.token_ttl_s);
}

void append_events(std::string& text, const std::vector<EventText>& events) {
    for (const EventText& event : events) text += "\n" + std::to_string(event.cursor) + " chat_message " + event.json;
}

}  // namespace

wsd::RelayReply text_reply(std::string body) {
    wsd::RelayReply reply;
    reply.status = 200;
    reply.body = std::move(body);
    return reply;
}

wsd::RelayReply hello_reply(const IdentityText& identity, std::string_view epoch, bool resumed, const PageText& page) {
    std::string text = text_of(identity) + " ";
    text.append(epoch) += " " + std::to_string(page.head) + " " + std::to_string(page.cursor);
    text += resumed ? " 1" : " 0";
    text += page.more ? " 1" : " 0";
    append_events(text, page.events);
    return text_reply(std::move(text));
}

wsd::RelayReply page_reply(const PageText& page) {
    std::string text = std::to_string(page.cursor) + (page.more ? " 1 " : " 0 ") + std::to_string(page.head);
    append_events(text, page.events);
    return text_reply(std::move(text));
}

wsd::RelayReply session_reply(const IdentityText& identity) {
    return text_reply(text_of(identity));
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
    reply.session = text_of(identity) + " ";
    reply.session.append(epoch) += " " + std::to_string(head);
    return reply;
}

wsd::RelayReply no_reply() {
    return {};
}

std::string token_of(std::uint64_t user) {
    return "h." + crypto::base64url(R"({"sub":")" + std::to_string(user) + "\"}") + ".s";
}

}  // namespace billet::fakes
