// tests/support/live_client.cpp — Frames as values.
#include "tests/support/live_client.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "tests/support/http.h"

namespace billet::tests {
namespace {

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

int left(std::int64_t until_ms) {
    return static_cast<int>(std::max<std::int64_t>(0, until_ms - now_ms()));
}

}  // namespace

LiveFrame LiveClient::read(const Received& received) {
    LiveFrame frame;
    frame.text = received.text;
    frame.close_code = received.close_code;
    if (received.kind != Received::Kind::kText) return frame;
    const wire::Json json = parse_any(received.text);
    frame.type = text_of(json, "type");
    frame.id = text_of(json, "id");
    frame.cursor = number_of(json, "cursor");
    frame.payload = member_of(json, "payload");
    return frame;
}

LiveFrame LiveClient::hello(const std::string& token, std::uint64_t cursor, const std::string& epoch) {
    send_text(hello_text(token, cursor, epoch));
    LiveFrame frame = next();
    if (frame.type == "welcome") {
        epoch_ = text_of(frame.payload, "epoch");
        cursor_ = member_of(frame.payload, "resumed").boolean ? cursor : number_of(frame.payload, "cursor");
    }
    return frame;
}

bool LiveClient::send(const std::string& type, const std::string& payload, const std::string& id) {
    const std::string id_member = id.empty() ? "" : R"(,"id":)" + json_string(id);
    return send_text(R"({"type":)" + json_string(type) + id_member + R"(,"payload":)" + payload + "}");
}

LiveFrame LiveClient::next(int timeout_ms) {
    const std::int64_t until = now_ms() + timeout_ms;
    for (;;) {
        LiveFrame frame = read(socket_.receive(left(until)));
        if (frame.type == "ping") {
            if (answers_pings_) send_text(R"({"type":"pong"})");
            continue;
        }
        if (frame.has_cursor()) {
            if (frame.cursor != cursor_ + 1) ++gaps_;
            cursor_ = frame.cursor;
        }
        return frame;
    }
}

LiveFrame LiveClient::next_of(const std::string& type, int timeout_ms) {
    const std::int64_t until = now_ms() + timeout_ms;
    for (;;) {
        LiveFrame frame = next(left(until));
        if (frame.type.empty() || frame.type == type) return frame;
    }
}

int LiveClient::close_code(int timeout_ms) {
    const std::int64_t until = now_ms() + timeout_ms;
    for (;;) {
        const LiveFrame frame = next(left(until));
        if (frame.close_code != 0 || frame.type.empty()) return frame.close_code;
    }
}

LiveClient live(const Person& person, const WebSocket::Options& options) {
    LiveClient client(options);
    client.hello(person.token);
    return client;
}

std::string hello_text(const std::string& token, std::uint64_t cursor, const std::string& epoch) {
    std::string text = R"({"type":"hello","id":"hello","payload":{"token":)" + json_string(token);
    if (!epoch.empty()) text += R"(,"cursor":)" + std::to_string(cursor) + R"(,"epoch":)" + json_string(epoch);
    return text + "}}";
}

std::string send_payload(std::uint64_t room, const std::string& content, const std::string& client_msg_id) {
    std::string text = R"({"room_id":)" + std::to_string(room) + R"(,"content":)" + json_string(content);
    if (!client_msg_id.empty()) text += R"(,"client_msg_id":)" + json_string(client_msg_id);
    return text + "}";
}

}  // namespace billet::tests
