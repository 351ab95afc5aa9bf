// tests/unit/fcgi_case.cpp — Reading and running text cases.
#include "tests/unit/fcgi_case.h"

#include <vector>

#include "lib/base/config/api.h"
#include "lib/base/text.h"

namespace billet::tests {
namespace {

struct Halves {
    std::vector<std::string> head;
    std::string body;
};

// Lines up to the first empty one, and the rest without its final line break.
Halves halves_of(std::string_view text) {
    Halves halves;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty()) break;
        halves.head.emplace_back(line);
    }
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    halves.body = text;
    return halves;
}

void set_header(fcgi::Request& request, std::string_view line) {
    const std::size_t colon = line.find(": ");
    const std::string_view name = line.substr(0, colon);
    const std::string value(colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 2));
    if (name == "Content-Type") request.content_type = value;
    if (name == "Authorization") request.authorization = value;
    if (name == "Content-Encoding") request.content_encoding = value;
    if (name == "Caller") request.from_wsd = value == "wsd";
    if (name == "Cause") request.cause = value;
    if (name == "Request-Id") request.request_id = value;
    if (name == "Idempotency-Key") {
        if (++request.idempotency_keys == 1) request.idempotency_key = value;
    }
}

fcgi::Request request_of(const Halves& halves, const std::map<std::string, std::string>& names) {
    fcgi::Request request;
    const auto words = split(halves.head.at(0), ' ');
    const std::string_view uri = words.at(1);
    const std::size_t mark = uri.find('?');
    request.method = words.at(0);
    request.path = uri.substr(0, mark);
    if (mark != std::string_view::npos) request.query = uri.substr(mark + 1);
    request.remote_address = "203.0.113.9";
    request.body = halves.body;
    if (!request.body.empty()) request.content_type = "application/json";
    if (words.size() == 4) {
        const std::string who(words[3]);
        request.authorization = "Bearer " + names.at(who) + "/session-of-" + who;
    }
    for (std::size_t i = 1; i < halves.head.size(); ++i) set_header(request, halves.head[i]);
    return request;
}

std::string header_differs(const fcgi::Reply& reply, std::string_view line) {
    if (line[0] == '!')
        return reply.header(line.substr(1)).empty() ? "" : "unwanted header " + std::string(line.substr(1));
    const std::size_t colon = line.find(": ");
    const std::string name(line.substr(0, colon));
    const std::string_view is = reply.header(name);
    return is == line.substr(colon + 2) ? "" : name + " is '" + std::string(is) + "'";
}

std::string body_differs(const fcgi::Reply& reply, const std::string& wanted) {
    if (wanted.starts_with("="))
        return reply.body == (wanted.size() > 2 ? wanted.substr(2) : "") ? "" : "body is " + reply.body;
    for (const std::string_view line : split(wanted, '\n')) {
        if (reply.body.find(line) == std::string::npos) return "body is " + reply.body;
    }
    return "";
}

}  // namespace

class PipelineWorld::FakeProbe : public fcgi::Probe {
public:
    explicit FakeProbe(Seen seen) : seen_(seen) {}
    Seen look() override { return seen_; }

private:
    Seen seen_;
};

PipelineWorld::PipelineWorld() {
    names_ = {{"room", std::to_string(world.room.value)},
              {"alice", std::to_string(world.alice.user.value)},
              {"bob", std::to_string(world.bob.user.value)},
              {"eve", std::to_string(world.eve.user.value)},
              {"message", std::to_string(world.say(world.bob, "from bob").id.value)}};
    world.limiter.taken.clear();
    world.notifier.announced.clear();
}

std::string PipelineWorld::filled_in(std::string text) const {
    for (const auto& [name, value] : names_) {
        const std::string mark = "{" + name + "}";
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
            text.replace(at, mark.size(), value);
    }
    return text;
}

fcgi::Reply PipelineWorld::serve(const fcgi::Request& request) {
    FakeProbe probe(seen);
    const ApiConfig config;
    fcgi::Services services{world.store,  world.notifier, world.limiter, world.passwords,
                            world.tokens, config,         world.limits,  probe};
    return fcgi::serve(services, request, fcgi::match_of(request));
}

std::string PipelineWorld::differs(const std::string& text) {
    const std::string whole = filled_in(text);
    const std::size_t middle = whole.find("---\n");
    if (middle == std::string::npos) return "the case has no ---";
    const fcgi::Reply reply = serve(request_of(halves_of(std::string_view(whole).substr(0, middle)), names_));
    const Halves wanted = halves_of(std::string_view(whole).substr(middle + 4));
    if (std::to_string(reply.status) != wanted.head.at(0))
        return "status is " + std::to_string(reply.status) + ", body is " + reply.body;
    for (std::size_t i = 1; i < wanted.head.size(); ++i) {
        if (std::string what = header_differs(reply, wanted.head[i]); !what.empty()) return what;
    }
    return body_differs(reply, wanted.body);
}

}  // namespace billet::tests
