// tests/support/live_client.h — A client of the WebSocket contract: says hello, answers pings,
// keeps its place in the log.
#pragma once

#include <cstdint>
#include <string>

#include "lib/wire/json.h"
#include "tests/support/stack.h"
#include "tests/support/websocket.h"

namespace billet::tests {

// One frame of the server, or why none came.
struct LiveFrame {
    std::string type;          // "" when there was no frame
    std::string id;            // "" without one
    std::uint64_t cursor = 0;  // 0 without one
    wire::Json payload;
    std::string text;    // as it came; of a close frame the reason
    int close_code = 0;  // the connection has ended with it; 0: it has not
    bool has_cursor() const { return cursor != 0; }
};

class LiveClient {
public:
    explicit LiveClient(const WebSocket::Options& options = {}) : socket_(options) {}

    WebSocket& socket() { return socket_; }

    // Says hello and waits for the answer: the welcome, or whatever came in its place. With an
    // epoch it resumes at `cursor`.
    LiveFrame hello(const std::string& token, std::uint64_t cursor = 0, const std::string& epoch = {});
    // Sends {"type","id","payload"}; no id when it is empty.
    bool send(const std::string& type, const std::string& payload, const std::string& id = {});
    bool send_text(const std::string& text) { return socket_.send(text); }

    // The next frame but pings, which are answered unless told otherwise; no type when none came in
    // time.
    LiveFrame next(int timeout_ms = 10000);
    // The next frame of that type, all others let go; a frame with its own type "" when none came
    // in time or the connection ended.
    LiveFrame next_of(const std::string& type, int timeout_ms = 10000);
    // Lets go whatever comes until the connection ends; the code, 0 when it did not in time.
    int close_code(int timeout_ms = 10000);
    // True when nothing but pings comes within the time.
    bool is_quiet_for(int ms) { return next(ms).type.empty() && socket_.is_open(); }

    void answer_pings(bool answer) { answers_pings_ = answer; }

    // From the last welcome.
    const std::string& epoch() const { return epoch_; }
    // Of the last frame with a cursor, or as of the welcome.
    std::uint64_t cursor() const { return cursor_; }
    // Frames whose cursor was not the last one plus one.
    int gaps() const { return gaps_; }

private:
    WebSocket socket_;
    std::string epoch_;
    std::uint64_t cursor_ = 0;
    int gaps_ = 0;
    bool answers_pings_ = true;

    LiveFrame read(const Received& received);
};

// A client that has been welcomed at the head of the person's log.
LiveClient live(const Person& person, const WebSocket::Options& options = {});

std::string hello_text(const std::string& token, std::uint64_t cursor = 0, const std::string& epoch = {});
std::string send_payload(std::uint64_t room, const std::string& content, const std::string& client_msg_id = {});

}  // namespace billet::tests
