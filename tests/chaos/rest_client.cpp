// tests/chaos/rest_client.cpp — One command at a time.
#include "tests/chaos/rest_client.h"

#include <cstdint>

namespace billet::chaos {
namespace {

constexpr int kPauseMsMin = 10;
constexpr int kPauseMsMax = 150;
constexpr long kRequestMs = 12000;
constexpr int kReplaysOneIn = 15;
constexpr int kGivesUpOneIn = 5;

std::string body_of(const Intent& intent) {
    return R"({"content":)" + tests::json_string(intent.content) + R"(,"client_msg_id":)" +
           tests::json_string(intent.client_msg_id) + "}";
}

bool is_success(int status) {
    return status >= 200 && status < 300;
}

}  // namespace

RestClient::RestClient(Scene& scene, std::size_t user, std::uint64_t seed)
    : scene_(scene),
      user_(user),
      name_("rest-" + std::to_string(user) + "-" + std::to_string(seed)),
      dice_(seed),
      rooms_(scene.rooms_of(user)) {}

void RestClient::run() {
    while (scene_.stage == Stage::kLoad) {
        act();
        tests::sleep_ms(dice_.between(kPauseMsMin, kPauseMsMax));
    }
    settled_ = true;
}

void RestClient::act() {
    const std::size_t room = rooms_[dice_.below(rooms_.size())];
    if (dice_.one_in(6)) return mark(room);
    send(room);
}

void RestClient::send(std::size_t room) {
    const std::string name = name_ + "-" + std::to_string(++sent_);
    Intent intent{.sender = user_, .room = room, .client_msg_id = name, .content = dice_.content(name)};
    const std::size_t number = scene_.journal.intend(intent);
    const std::int64_t began = now_ms();
    const tests::HttpRequest request{.method = "POST",
                                     .path = scene_.path_of_room(room) + "/messages",
                                     .token = {},
                                     .body = body_of(intent),
                                     .headers = {},
                                     .timeout_ms = kRequestMs};
    for (bool again = true; again; again = dice_.one_in(kReplaysOneIn)) {
        const tests::HttpReply reply = insist(request, true);
        if (reply.status == 0) return;
        if (scene_.journal.intent(number).id != 0) ++scene_.journal.replayed;
        const Message message = message_of(reply.json());
        scene_.journal.acknowledge(number, message.id, message.seq, message.content);
        intent = scene_.journal.intent(number);
    }
    scene_.journal.outage(now_ms() - began);
    if (dice_.one_in(4)) read_back(room, intent);
}

void RestClient::read_back(std::size_t room, const Intent& intent) {
    const std::string path =
        scene_.path_of_room(room) + "/messages?limit=3&after_seq=" + std::to_string(intent.seq - 1);
    const tests::HttpReply reply =
        insist({.path = path, .token = {}, .body = {}, .headers = {}, .timeout_ms = kRequestMs}, false);
    if (reply.status == 0) return;
    const wire::Json page = reply.json();
    const Message first = page.items.empty() ? Message{} : message_of(page.items.front());
    if (first.id != intent.id || first.content != intent.content)
        scene_.journal.broken(Promise::kReadYourWrite, intent.client_msg_id + ", seq " + std::to_string(intent.seq));
}

void RestClient::mark(std::size_t room) {
    const tests::HttpReply seen = insist(
        {.path = scene_.path_of_room(room), .token = {}, .body = {}, .headers = {}, .timeout_ms = kRequestMs}, false);
    const std::uint64_t last = seen.number("last_seq");
    if (seen.status == 0 || last == 0) return;
    const std::uint64_t seq = last - dice_.below(std::min<std::uint64_t>(last, 4));
    scene_.journal.mark_asked(user_, room, seq);
    const tests::HttpReply reply = insist({.method = "PUT",
                                           .path = scene_.path_of_room(room) + "/read",
                                           .token = {},
                                           .body = R"({"seq":)" + std::to_string(seq) + "}",
                                           .headers = {},
                                           .timeout_ms = kRequestMs},
                                          false);
    if (reply.status != 0 && reply.number("read_seq") >= seq) scene_.journal.mark_acknowledged(user_, room, seq);
}

tests::HttpReply RestClient::insist(tests::HttpRequest request, bool may_give_up) {
    BackOff back_off;
    for (bool first = true; scene_.stage < Stage::kListen; first = false) {
        request.token = scene_.accounts[user_].token();
        tests::HttpReply reply = http_.send(request);
        if (is_success(reply.status)) return reply;
        if (!may_ask_again(reply, request)) return {};
        if (first && may_give_up && dice_.one_in(kGivesUpOneIn)) {
            ++scene_.journal.given_up;
            return {};
        }
        ++scene_.journal.retries;
        tests::sleep_ms(back_off.next_ms(dice_));
    }
    return {};
}

bool RestClient::may_ask_again(const tests::HttpReply& reply, const tests::HttpRequest& request) {
    if (reply.status == 401 && reply.text("code") == "token_expired") {
        scene_.accounts[user_].renew(request.token);
        return true;
    }
    if (reply.status == 0 || reply.status == 503 || reply.status == 429) return true;
    scene_.journal.broken(Promise::kOnlyUnavailable,
                          request.method + " " + request.path + ": " + std::to_string(reply.status) + " " + reply.body);
    return false;
}

}  // namespace billet::chaos
