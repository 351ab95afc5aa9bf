// tests/simulation/model_server.cpp — The least that answers as the api does.
#include "tests/simulation/model_server.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace billet::simulation {
namespace {

constexpr std::uint64_t kTokenTtl = 3600;

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + before.size());
    return text.substr(0, text.find(after));
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Of a query; empty when absent.
std::string_view parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.starts_with(name) && pair[name.size()] == '=') return pair.substr(name.size() + 1);
    }
    return {};
}

fakes::IdentityText identity_of(std::string session) {
    return {.user = kUser, .session = std::move(session), .token_ttl_s = kTokenTtl};
}

}  // namespace

std::string ModelServer::session_of(std::string_view token) {
    return std::string(token.substr(token.rfind('s')));
}

std::string ModelServer::log_in(bool opaque) {
    static const std::string named = fakes::token_of(kUser);
    return (opaque ? "opaque-s" : named) + std::to_string(++sessions_);
}

void ModelServer::revoke(const std::string& session) {
    if (!revoked_.insert(session).second) return;
    wire::Notice notice;
    notice.recipient = UserId{kUser};
    notice.kind = wire::NoticeKind::kSessionRevoked;
    notice.payload = session;
    published.push_back(std::move(notice));
}

// A backup ends all sessions as well; here they go on, which asks more of wsd.
void ModelServer::restore(std::uint64_t fewer) {
    std::vector<Entry> kept = logs_.back();
    kept.resize(kept.size() - std::min<std::size_t>(kept.size(), fewer));
    std::erase_if(names_, [&](const auto& name) { return name.second > kept.size(); });
    logs_.push_back(std::move(kept));
}

const Entry* ModelServer::find(std::string_view epoch, std::uint64_t cursor) const {
    const std::uint64_t number = number_in(epoch.substr(1));
    if (number == 0 || number > logs_.size()) return nullptr;
    const auto& log = logs_[number - 1];
    return cursor == 0 || cursor > log.size() ? nullptr : &log[cursor - 1];
}

std::uint64_t ModelServer::append(const std::string& name, const std::string& cause) {
    const std::uint64_t cursor = head() + 1;
    std::string json = R"({"type":"chat_message","cursor":)" + std::to_string(cursor) + R"(,"payload":{"e":")" +
                       epoch() + R"(","m":")" + name + "\",\"x\":\"" + std::string(cursor * 37 % 64, 'x') + "\"}}";
    wire::Notice notice;
    notice.recipient = UserId{kUser};
    notice.cursor = Cursor{cursor};
    notice.cause = cause;
    notice.payload = json;
    published.push_back(std::move(notice));
    logs_.back().push_back({std::move(json), name});
    return cursor;
}

fakes::PageText ModelServer::page(const wsd::RelayRequest& request, std::uint64_t cursor) const {
    const std::uint64_t limit = number_in(parameter(request.query, "limit"));
    const std::uint64_t bytes_max = number_in(parameter(request.query, "bytes"));
    fakes::PageText page{.cursor = cursor, .head = head(), .more = false, .events = {}};
    std::size_t bytes = 0;
    while (page.cursor < head() && page.events.size() < limit) {
        const Entry& entry = logs_.back()[page.cursor];
        bytes += entry.json.size();
        if (!page.events.empty() && bytes > bytes_max) break;
        page.events.push_back({++page.cursor, entry.json});
    }
    page.more = page.cursor < head();
    return page;
}

std::optional<std::string_view> ModelServer::refuse_position(std::uint64_t cursor, std::string_view epoch) const {
    if (epoch != this->epoch()) return "epoch_changed";
    if (cursor > head()) return "ahead";
    return std::nullopt;
}

wsd::RelayReply ModelServer::answer_hello(const wsd::RelayRequest& request) const {
    const auto identity = identity_of(session_of(request.token));
    const std::string_view cursor = parameter(request.query, "cursor");
    if (cursor.empty())
        return fakes::hello_reply(identity, epoch(), false,
                                  {.cursor = head(), .head = head(), .more = false, .events = {}});
    if (const auto reason = refuse_position(number_in(cursor), parameter(request.query, "epoch")))
        return fakes::resync_refusal(*reason, identity, epoch(), head());
    return fakes::hello_reply(identity, epoch(), true, page(request, number_in(cursor)));
}

wsd::RelayReply ModelServer::answer_sync(const wsd::RelayRequest& request) const {
    const std::uint64_t cursor = number_in(parameter(request.query, "cursor"));
    if (const auto reason = refuse_position(cursor, parameter(request.query, "epoch")))
        return fakes::refusal(410, "resync_required", *reason);
    return fakes::page_reply(page(request, cursor));
}

wsd::RelayReply ModelServer::answer_heads(const wsd::RelayRequest& request) const {
    std::string text = epoch();
    for (std::string_view rest = request.body; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::string session(line.substr(line.find(' ') + 1));
        text += "\n" + std::string(line) + " " + std::to_string(head()) + (is_revoked(session) ? " revoked" : " ok");
    }
    return fakes::text_reply(std::move(text));
}

wsd::RelayReply ModelServer::answer_send(const wsd::RelayRequest& request) {
    const std::string name(between(request.body, R"("client_msg_id":")", "\""));
    if (names_.contains(name)) return fakes::sent_reply(R"({"duplicate":true})", 0);
    const std::uint64_t cursor = append(name, request.cause);
    names_.emplace(name, cursor);
    return fakes::sent_reply(R"({"duplicate":false})", cursor);
}

wsd::RelayReply ModelServer::answer(const wsd::RelayRequest& request) {
    if (request.kind == wsd::RelayKind::kHeads) return answer_heads(request);
    if (is_revoked(session_of(request.token))) return fakes::refusal(401, "unauthenticated", "revoked");
    switch (request.kind) {
        case wsd::RelayKind::kHello: return answer_hello(request);
        case wsd::RelayKind::kSync: return answer_sync(request);
        case wsd::RelayKind::kSend: return answer_send(request);
        case wsd::RelayKind::kRead: append("", request.cause); return fakes::text_reply(R"({"seq":1})");
        case wsd::RelayKind::kSession: return fakes::session_reply(identity_of(session_of(request.token)));
        case wsd::RelayKind::kTyping:
        case wsd::RelayKind::kHeads: break;
    }
    return fakes::text_reply("");
}

}  // namespace billet::simulation
