// tests/support/websocket.h — A WebSocket client (RFC 6455) for tests: blocking with deadlines, and
// able to send what no real client would.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billet::tests {

// Frame opcodes.
inline constexpr int kOpContinuation = 0;
inline constexpr int kOpText = 1;
inline constexpr int kOpBinary = 2;
inline constexpr int kOpClose = 8;
inline constexpr int kOpPing = 9;
inline constexpr int kOpPong = 10;

struct FrameShape {
    int opcode = kOpText;
    bool final = true;
    bool masked = true;
    std::optional<std::uint64_t> declared_bytes = {};  // a length that is not the payload's
    int reserved_bits = 0;                             // 0..7
};

// The bytes of one client frame. The mask is fixed: nothing here needs it to be random.
std::string frame_bytes(std::string_view payload, const FrameShape& shape = {});

// What came from the server.
struct Received {
    enum class Kind { kText, kClosed, kNothing };  // kNothing: the time was over

    Kind kind = Kind::kNothing;
    std::string text;
    // kClosed: the code of the close frame; 1006 when the connection just ended
    int close_code = 0;
};

// One connection. For one thread.
class WebSocket {
public:
    struct Options {
        std::string headers = {};  // more request header lines, each ended by CRLF
        std::string path = "/ws";
        int receive_buffer_bytes = 0;  // SO_RCVBUF; 0: the system's
        std::string unix_path = {};    // instead of the stack's HTTP port
        bool raw = false;              // connects only, for whoever has a handshake of their own
    };

    // Connects and shakes hands. status() is 101 when that went well, else the HTTP status, or 0.
    WebSocket() : WebSocket(Options{}) {}
    explicit WebSocket(const Options& options);
    ~WebSocket();
    WebSocket(WebSocket&& other) noexcept;
    WebSocket& operator=(WebSocket&& other) noexcept;
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;

    int status() const { return status_; }
    // The reply's head, with its status line.
    const std::string& head() const { return head_; }
    bool is_open() const { return fd_ >= 0 && status_ == 101; }
    int fd() const { return fd_; }

    // False when the connection is gone. Waits while the server does not read.
    bool send(std::string_view text) { return send_raw(frame_bytes(text)); }
    bool send_raw(std::string_view bytes);

    // The next whole text message; pings of the protocol are answered on the way. After kClosed the
    // connection is over.
    Received receive(int timeout_ms = 5000);

    // Says goodbye (1000) and closes; without it the connection is dropped.
    void close();
    void drop();

private:
    int fd_ = -1;
    int status_ = 0;
    std::string head_;
    std::string buffer_;   // received, not yet understood
    std::string message_;  // of a fragmented message

    bool fill(std::int64_t until_ms);
    void shake_hands(const Options& options);
};

}  // namespace billet::tests
