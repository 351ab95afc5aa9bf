// tests/chaos/socket_client.cpp — One loop: connect, send what is due, read what comes.
#include "tests/chaos/socket_client.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "tests/support/http.h"

namespace billet::chaos {
namespace {

using tests::member_of;
using tests::number_of;
using tests::text_of;

constexpr int kReceiveMs = 20;
constexpr int kPauseMsMin = 20;
constexpr int kPauseMsMax = 250;
constexpr std::size_t kFlyingMax = 3;
constexpr int kGivesUpOneIn = 5;
constexpr int kMarksOneIn = 6;
constexpr int kReplaysOneIn = 15;
// Longer than any fault together with the daemons' own deadlines.
constexpr int kAnswerMs = 25000;
// A server that says nothing for an interval of pings and then some is gone.
constexpr int kSilenceMs = 45000;
constexpr int kNetworkLossMsMax = 15000;
constexpr const char* kHelloId = "hello";

// Codes of a connection that is to be made again, as the contract has them, but for those that tell
// of a mistake of the client.
bool is_fair_close(int code) {
    constexpr std::array kFair = {1001, 1005, 1006, 1012, 4000, 4001, 4003, 4401, 4408};
    return std::ranges::find(kFair, code) != kFair.end();
}

}  // namespace

SocketClient::SocketClient(Scene& scene, std::size_t user, std::string name, bool sends, std::uint64_t seed)
    : scene_(scene),
      user_(user),
      name_(std::move(name)),
      sends_(sends),
      dice_(seed),
      rooms_(scene.rooms_of(user)),
      socket_(tests::WebSocket::Options{.unix_path = "/nowhere"}) {}

void SocketClient::run() {
    while (scene_.stage != Stage::kOver) {
        if (!socket_.is_open()) connect();
        if (!socket_.is_open()) continue;
        if (connected_) {
            lose_network();
            begin_commands();
            send_waiting();
        }
        if (socket_.is_open()) on_received(socket_.receive(kReceiveMs));
        check_deadlines();
        settled_ = connected_ && scene_.stage != Stage::kLoad && waiting_.empty() && flying_.empty();
    }
    socket_.close();
}

// --- The connection ------------------------------------------------------------------------------

void SocketClient::connect() {
    if (connections_ > 0) {
        tests::sleep_ms(back_off_.next_ms(dice_));
        ++scene_.journal.reconnects;
    }
    ++connections_;
    socket_ = tests::WebSocket();
    if (!socket_.is_open()) return;
    token_ = scene_.accounts[user_].token();
    hello_ms_ = heard_ms_ = now_ms();
    socket_.send(R"({"type":"hello","id":"hello","payload":{"token":)" + tests::json_string(token_) + R"(,"cursor":)" +
                 std::to_string(last_) + R"(,"epoch":)" + tests::json_string(scene_.epoch) + "}}");
}

void SocketClient::disconnect() {
    socket_.drop();
    connected_ = false;
    for (auto& [id, command] : flying_) try_again(std::move(command));
    flying_.clear();
}

void SocketClient::on_closed(int code) {
    if (code == 4401) scene_.accounts[user_].renew(token_);
    if (!is_fair_close(code))
        scene_.journal.broken(Promise::kOnlyUnavailable, name_ + ": closed with " + std::to_string(code));
    disconnect();
}

void SocketClient::check_deadlines() {
    if (!socket_.is_open()) return;
    const std::int64_t now = now_ms();
    const bool hello_late = !connected_ && now > hello_ms_ + kAnswerMs;
    const auto late =
        std::ranges::find_if(flying_, [now](const auto& it) { return now > it.second.sent_ms + kAnswerMs; });
    if (hello_late || late != flying_.end()) {
        scene_.journal.broken(Promise::kOneAnswer, name_ + ": no answer to " + (hello_late ? kHelloId : late->first));
        disconnect();
    } else if (now > heard_ms_ + kSilenceMs) {
        disconnect();
    }
}

// A client's own trouble: its network is gone without a goodbye.
void SocketClient::lose_network() {
    if (scene_.stage != Stage::kLoad || now_ms() < lose_network_ms_) return;
    const bool first = std::exchange(lose_network_ms_, now_ms() + dice_.between(1000, kNetworkLossMsMax)) == 0;
    if (!first) disconnect();
}

// --- Commands ------------------------------------------------------------------------------------

SocketClient::Command SocketClient::new_send() {
    const std::string id = name_ + "-" + std::to_string(++sent_);
    Command command{.room = rooms_[dice_.below(rooms_.size())], .began_ms = now_ms()};
    command.intent = scene_.journal.intend(
        {.sender = user_, .room = command.room, .client_msg_id = id, .content = dice_.content(id)});
    return command;
}

void SocketClient::begin_commands() {
    if (!connected_ || !sends_ || scene_.stage != Stage::kLoad || now_ms() < next_command_ms_) return;
    if (waiting_.size() + flying_.size() >= kFlyingMax) return;
    next_command_ms_ = now_ms() + dice_.between(kPauseMsMin, kPauseMsMax);
    const std::size_t room = rooms_[dice_.below(rooms_.size())];
    if (!dice_.one_in(kMarksOneIn) || last_seq_[room] == 0) return waiting_.push_back(new_send());
    scene_.journal.mark_asked(user_, room, last_seq_[room]);
    waiting_.push_back({.kind = Kind::kMark, .room = room, .seq = last_seq_[room], .began_ms = now_ms()});
}

void SocketClient::send_waiting() {
    while (connected_ && !waiting_.empty() && waiting_.front().not_before_ms <= now_ms()) {
        Command command = std::move(waiting_.front());
        waiting_.pop_front();
        send_command(std::move(command));
    }
}

std::string SocketClient::frame_of(const Command& command, const std::string& id) const {
    const std::string head = R"(,"id":")" + id + R"(","payload":{)";
    const std::string room = R"("room_id":)" + std::to_string(scene_.rooms.at(command.room).id);
    switch (command.kind) {
        case Kind::kRefresh:
            return R"({"type":"refresh")" + head + R"("token":)" + tests::json_string(scene_.accounts[user_].token()) +
                   "}}";
        case Kind::kMark:
            return R"({"type":"message_read")" + head + room + R"(,"seq":)" + std::to_string(command.seq) + "}}";
        case Kind::kSend: break;
    }
    const Intent intent = scene_.journal.intent(command.intent);
    return R"({"type":"chat_message")" + head + room + R"(,"content":)" + tests::json_string(intent.content) +
           R"(,"client_msg_id":)" + tests::json_string(intent.client_msg_id) + "}}";
}

void SocketClient::send_command(Command command) {
    const std::string id = std::to_string(++frames_);
    const std::string frame = frame_of(command, id);
    if (command.tries++ > 0) ++scene_.journal.retries;
    command.sent_ms = now_ms();
    flying_.emplace(id, std::move(command));
    if (!socket_.send(frame)) disconnect();
}

void SocketClient::try_again(Command command) {
    if (command.kind == Kind::kRefresh) return;  // the old token goes on until it ends
    if (command.kind == Kind::kSend && command.tries == 1 && dice_.one_in(kGivesUpOneIn)) {
        ++scene_.journal.given_up;
        return;
    }
    BackOff wait;
    for (int i = 0; i < command.tries; ++i) command.not_before_ms = now_ms() + wait.next_ms(dice_);
    waiting_.push_back(std::move(command));
}

void SocketClient::acknowledge(const Command& command, const wire::Json& payload) {
    scene_.journal.outage(now_ms() - command.began_ms);
    if (command.kind == Kind::kRefresh) return;
    if (command.kind == Kind::kMark) {
        if (number_of(payload, "seq") >= command.seq)
            scene_.journal.mark_acknowledged(user_, command.room, command.seq);
        return;
    }
    if (scene_.journal.intent(command.intent).id != 0) ++scene_.journal.replayed;
    const Message message = message_of(member_of(payload, "message"));
    scene_.journal.acknowledge(command.intent, message.id, message.seq, message.content);
    if (scene_.stage == Stage::kLoad && dice_.one_in(kReplaysOneIn))
        waiting_.push_back({.room = command.room, .intent = command.intent, .began_ms = now_ms()});
}

// --- Frames --------------------------------------------------------------------------------------

void SocketClient::on_received(const tests::Received& received) {
    if (received.kind == tests::Received::Kind::kClosed) return on_closed(received.close_code);
    if (received.kind == tests::Received::Kind::kNothing) return;
    heard_ms_ = now_ms();
    on_frame(tests::parse_any(received.text));
}

void SocketClient::on_frame(const wire::Json& frame) {
    const std::string type = text_of(frame, "type");
    const std::uint64_t cursor = number_of(frame, "cursor");
    if (type == "welcome") return on_welcome(member_of(frame, "payload"));
    if (type == "ack") return on_ack(frame);
    if (type == "error") return on_error(frame);
    if (type == "token_expiring") return on_token_expiring();
    if (type == "ping") {
        socket_.send(R"({"type":"pong","cursor":)" + std::to_string(last_) + "}");
    } else if (type == "resync_required") {
        scene_.journal.broken(Promise::kCanResume, name_ + ": resync_required at cursor " + std::to_string(last_));
        disconnect();
    } else if (cursor != 0) {
        on_event(cursor, type, member_of(frame, "payload"));
    }
}

void SocketClient::on_welcome(const wire::Json& payload) {
    if (text_of(payload, "epoch") != scene_.epoch || !member_of(payload, "resumed").boolean ||
        number_of(payload, "cursor") < last_)
        scene_.journal.broken(Promise::kCanResume,
                              name_ + ": at cursor " + std::to_string(last_) + " got " + canonical(payload));
    connected_ms_ = now_ms();
    connected_ = true;
    back_off_.reset();
}

void SocketClient::on_ack(const wire::Json& frame) {
    const std::string id = text_of(frame, "id");
    const wire::Json& payload = member_of(frame, "payload");
    if (const std::uint64_t cursor = number_of(frame, "cursor"); cursor != 0) on_event(cursor, "ack", payload);
    const auto command = flying_.extract(id);
    if (command.empty()) return answered_too_often(id);
    acknowledge(command.mapped(), payload);
}

void SocketClient::on_error(const wire::Json& frame) {
    const std::string id = text_of(frame, "id");
    const std::string code = text_of(member_of(frame, "payload"), "code");
    if (code != "unavailable" && code != "rate_limited" && code != "token_expired")
        scene_.journal.broken(Promise::kOnlyUnavailable, name_ + ": " + canonical(frame));
    if (id == kHelloId) return;  // what follows is a close
    auto command = flying_.extract(id);
    if (command.empty()) return answered_too_often(id);
    try_again(std::move(command.mapped()));
}

// Half of the clients' tokens run out all the same.
void SocketClient::on_token_expiring() {
    if (dice_.one_in(2)) return;
    scene_.accounts[user_].renew(token_);
    token_ = scene_.accounts[user_].token();
    waiting_.push_front({.kind = Kind::kRefresh, .began_ms = now_ms()});
}

void SocketClient::answered_too_often(const std::string& id) {
    // A hole that was found while its ack came in has ended the connection, and with it all that
    // was in flight.
    if (socket_.is_open()) scene_.journal.broken(Promise::kOneAnswer, name_ + ": answered twice or unasked: " + id);
}

// --- Events --------------------------------------------------------------------------------------

void SocketClient::on_event(std::uint64_t cursor, const std::string& type, const wire::Json& payload) {
    if (cursor == last_ + 1) return apply(cursor, type, payload);
    scene_.journal.broken(Promise::kNoHoleOnSocket, name_ + ": at cursor " + std::to_string(last_) + " came " + type +
                                                        " " + std::to_string(cursor));
    if (cursor > last_) resync();
}

void SocketClient::apply(std::uint64_t cursor, const std::string& type, const wire::Json& payload) {
    const std::int64_t now = now_ms();
    const wire::Json& message = member_of(payload, "message");
    if (message.kind == wire::JsonKind::kObject)
        last_seq_[scene_.room_with_id(number_of(payload, "room_id"))] = number_of(message, "seq");
    last_ = cursor;
    const std::lock_guard lock(mutex_);
    applied_.push_back({cursor, type, payload, now, connected_ms_});
    if (message.kind == wire::JsonKind::kObject) applied_messages_[number_of(message, "id")] = now;
}

void SocketClient::resync() {
    ++scene_.journal.resyncs;
    tests::Http http;
    const tests::HttpReply reply =
        http.get("/chat/sync?cursor=" + std::to_string(last_) + "&epoch=" + scene_.epoch, token_);
    const wire::Json page = reply.json();
    if (reply.status != 200) return disconnect();
    for (const wire::Json& event : member_of(page, "events").items)
        if (number_of(event, "cursor") == last_ + 1)
            apply(last_ + 1, text_of(event, "type"), member_of(event, "payload"));
}

std::int64_t SocketClient::applied_message_at(std::uint64_t message_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = applied_messages_.find(message_id);
    return found == applied_messages_.end() ? 0 : found->second;
}

ClientHistory SocketClient::history() const {
    const std::lock_guard lock(mutex_);
    return {name_, user_, applied_};
}

}  // namespace billet::chaos
