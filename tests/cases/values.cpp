// tests/cases/values.cpp — Flat names for nested things.
#include "tests/cases/values.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "lib/base/text.h"
#include "lib/wire/json.h"
#include "tests/fakes/wsd/api_answers.h"

namespace billet::cases {
namespace {

std::string text_of(const wire::Json& json) {
    switch (json.kind) {
        case wire::JsonKind::kNull: return "null";
        case wire::JsonKind::kBool: return json.boolean ? "true" : "false";
        case wire::JsonKind::kInteger: return std::to_string(json.integer);
        case wire::JsonKind::kString: return json.text;
        case wire::JsonKind::kArray: return "array";
        case wire::JsonKind::kObject: return "object";
    }
    return {};
}

void add(Values& values, const std::string& prefix, const wire::Json& json) {
    for (const wire::JsonMember& member : json.members) {
        const bool is_payload = prefix.empty() && member.name == "payload";
        values.emplace(prefix + member.name, text_of(member.value));
        add(values, is_payload ? "" : prefix + member.name + ".", member.value);
    }
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::uint64_t number(const Line& line, std::string_view key, std::uint64_t other) {
    const auto text = line.value(key);
    return text ? std::stoull(*text) : other;
}

fakes::IdentityText identity_of(const Line& line) {
    return {.user = number(line, "user", 7),
            .session = line.value_or("session", "s1"),
            .token_ttl_s = number(line, "ttl", 900)};
}

fakes::PageText page_of(const Line& line, bool is_hello) {
    fakes::PageText page;
    if (const auto events = line.value("events")) {
        const auto [first, last] = read_range(*events);
        for (std::uint64_t cursor = first; cursor <= last; ++cursor)
            page.events.push_back({cursor, event_json(cursor)});
        page.cursor = last;
    }
    if (is_hello && page.events.empty()) page.cursor = number(line, "head", 0);
    page.cursor = number(line, "cursor", page.cursor);
    page.head = number(line, "head", page.cursor);
    page.more = number(line, "more", 0) != 0;
    return page;
}

std::string heads_text(const Line& line) {
    return line.value_or("epoch", "e1") + "\n" + line.value_or("user", "7") + " " + line.value_or("session", "s1") +
           " " + line.value_or("head", "0") + " " + line.value_or("state", "ok");
}

wsd::RelayReply refusal_of(const Line& line, int status, wsd::RelayKind kind) {
    const std::string reason = line.value_or("reason", "");
    if (status == 410 && kind == wsd::RelayKind::kHello)
        return fakes::resync_refusal(reason, identity_of(line), line.value_or("epoch", "e1"), number(line, "head", 0));
    return fakes::refusal(status, line.word(1), reason);
}

}  // namespace

Values values_of_frame(std::string_view json) {
    Values values;
    const auto parsed = wire::parse_json(json, {});
    if (parsed) add(values, "", *parsed);
    return values;
}

Values values_of_request(const wsd::RelayRequest& request) {
    Values values{{"kind", std::string(kind_name(request.kind))},
                  {"method", std::string(request.method)},
                  {"path", request.path},
                  {"body", request.body},
                  {"token", request.token},
                  {"address", request.address}};
    for (const std::string_view pair : split(request.query, '&')) {
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos) values.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return values;
}

std::string difference(const Line& expected, const Values& actual) {
    std::string text;
    for (const auto& [key, value] : expected.values) {
        const auto found = actual.find(key);
        const std::string is = found == actual.end() ? "(none)" : found->second;
        const bool fits = value == "none" ? found == actual.end() : is == value;
        if (!fits) text += " " + key + " expected " + value + ", actual " + is + ";";
    }
    return text;
}

std::string event_json(std::uint64_t cursor) {
    return R"({"type":"chat_message","cursor":)" + std::to_string(cursor) + R"(,"payload":{}})";
}

std::string frame_of(const Line& line) {
    if (line.rest.starts_with('{')) return line.rest;
    const std::string type = line.word(0);
    std::vector<std::pair<std::string, std::string>> members = line.values;
    const auto set_default = [&](const char* key, const char* value) {
        if (!line.value(key)) members.emplace_back(key, value);
    };
    if (type == "hello") {
        set_default("id", "1");
        set_default("token", "of:7");
        if (line.value("cursor")) set_default("epoch", "e1");
    }
    std::string head = R"({"type":")" + type + "\"";
    std::string payload;
    for (const auto& [key, value] : members) {
        const bool quoted = key == "id" || key == "content" || key == "client_msg_id" || !is_number(value);
        const std::string text = value.starts_with("of:") ? fakes::token_of(std::stoull(value.substr(3))) : value;
        const std::string member = "\"" + key + "\":" + (quoted ? "\"" + text + "\"" : text);
        if (key == "id" || (key == "cursor" && type == "pong")) {
            head += "," + member;
        } else {
            payload += (payload.empty() ? "" : ",") + member;
        }
    }
    return head + (type == "pong" ? "}" : ",\"payload\":{" + payload + "}}");
}

std::optional<wsd::RelayReply> reply_of(const Line& line, wsd::RelayKind kind) {
    if (line.word(0) == "lost") return fakes::no_reply();
    if (!is_number(line.word(0))) return std::nullopt;
    const int status = std::stoi(line.word(0));
    const std::string what = line.word(1);
    if (status >= 400) return refusal_of(line, status, kind);
    if (what == "hello")
        return fakes::hello_reply(identity_of(line), line.value_or("epoch", "e1"), line.value_or("resumed", "0") == "1",
                                  page_of(line, true));
    if (what == "page") return fakes::page_reply(page_of(line, false));
    if (what == "session") return fakes::session_reply(identity_of(line));
    if (what == "heads") return fakes::text_reply(heads_text(line));
    if (what == "sent") return fakes::sent_reply(R"({"duplicate":false})", number(line, "cursor", 0));
    if (what == "stored") return fakes::sent_reply(R"({"duplicate":true})", 0);
    if (what == "text") return fakes::text_reply(line.rest.substr(line.rest.find("text") + 5));
    return fakes::text_reply("");
}

}  // namespace billet::cases
