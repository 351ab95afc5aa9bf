// tests/support/websocket.cpp — Frames by hand on a plain socket.
#include "tests/support/websocket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "tests/support/raw_socket.h"
#include "tests/support/stack.h"

namespace billet::tests {
namespace {

constexpr int kHandshakeMs = 10000;
constexpr std::array<unsigned char, 4> kMask = {0x11, 0x5a, 0xc3, 0x0f};

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

int connect_to(const sockaddr* address, socklen_t length, int receive_buffer_bytes) {
    const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (receive_buffer_bytes > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    if (connect(fd, address, length) == 0) return fd;
    ::close(fd);
    return -1;
}

int connect_for(const WebSocket::Options& options) {
    if (!options.unix_path.empty()) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        options.unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
        return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, options.receive_buffer_bytes);
    }
    const std::string& url = stack().base_url;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str())));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, options.receive_buffer_bytes);
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xffU);
}

// A frame at the front of `buffer`; size 0: not there yet.
struct FrameView {
    std::size_t size = 0;
    int opcode = 0;
    bool final = false;
    std::string_view payload;
};

FrameView parse_frame(std::string_view buffer) {
    if (buffer.size() < 2) return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer[i]); };
    std::size_t head = 2;
    std::uint64_t length = byte(1) & 0x7fU;
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (buffer.size() < head + more) return {};
    if (more > 0) length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8U | byte(head + i);
    head += more;
    if (buffer.size() < head + length) return {};
    return {static_cast<std::size_t>(head + length), byte(0) & 0x0f, (byte(0) & 0x80U) != 0,
            buffer.substr(head, static_cast<std::size_t>(length))};
}

}  // namespace

std::string frame_bytes(std::string_view payload, const FrameShape& shape) {
    std::string out;
    out += static_cast<char>((shape.final ? 0x80 : 0) | shape.reserved_bits << 4 | shape.opcode);
    const std::uint64_t length = shape.declared_bytes.value_or(payload.size());
    const int mask_bit = shape.masked ? 0x80 : 0;
    if (length < 126) {
        out += static_cast<char>(mask_bit | static_cast<int>(length));
    } else if (length < 65536) {
        out += static_cast<char>(mask_bit | 126);
        append_big_endian(out, length, 2);
    } else {
        out += static_cast<char>(mask_bit | 127);
        append_big_endian(out, length, 8);
    }
    if (!shape.masked) return out.append(payload);
    for (const unsigned char byte : kMask) out += static_cast<char>(byte);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ kMask[i % kMask.size()]);
    return out;
}

WebSocket::WebSocket(const Options& options) : fd_(connect_for(options)) {
    if (fd_ >= 0 && !options.raw) shake_hands(options);
}

WebSocket::~WebSocket() {
    drop();
}

WebSocket::WebSocket(WebSocket&& other) noexcept {
    *this = std::move(other);
}

WebSocket& WebSocket::operator=(WebSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(status_, other.status_);
    head_.swap(other.head_);
    buffer_.swap(other.buffer_);
    message_.swap(other.message_);
    return *this;
}

void WebSocket::shake_hands(const Options& options) {
    const bool sent = send_raw("GET " + options.path +
                               " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                               options.headers + "\r\n");
    const std::int64_t until = now_ms() + kHandshakeMs;
    std::size_t end = std::string::npos;
    while (sent && (end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill(until)) break;
    }
    if (end == std::string::npos) return drop();
    head_ = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    status_ = status_in(head_);
    if (status_ != 101) drop();
}

bool WebSocket::send_raw(std::string_view bytes) {
    while (fd_ >= 0 && !bytes.empty()) {
        const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return fd_ >= 0;
}

// False: nothing more until then, or the connection has ended (fd_ is -1 then).
bool WebSocket::fill(std::int64_t until_ms) {
    if (fd_ < 0) return false;
    pollfd readable{.fd = fd_, .events = POLLIN, .revents = 0};
    const auto wait = std::max<std::int64_t>(0, until_ms - now_ms());
    if (poll(&readable, 1, static_cast<int>(wait)) <= 0) return false;
    std::array<char, 65536> piece{};
    const ssize_t count = recv(fd_, piece.data(), piece.size(), 0);
    if (count <= 0) {
        drop();
        return false;
    }
    buffer_.append(piece.data(), static_cast<std::size_t>(count));
    return true;
}

Received WebSocket::receive(int timeout_ms) {
    const std::int64_t until = now_ms() + timeout_ms;
    for (;;) {
        const FrameView frame = parse_frame(buffer_);
        if (frame.size == 0) {
            if (fill(until)) continue;
            if (fd_ >= 0) return {};
            return {Received::Kind::kClosed, {}, 1006};
        }
        const std::string payload(frame.payload);
        const int opcode = frame.opcode;
        const bool final = frame.final;
        buffer_.erase(0, frame.size);
        if (opcode == kOpClose) {
            const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(payload[i]); };
            const int code = payload.size() >= 2 ? byte(0) << 8 | byte(1) : 1005;
            send_raw(frame_bytes(payload.substr(0, 2), {.opcode = kOpClose}));
            drop();
            return {Received::Kind::kClosed, payload.size() > 2 ? payload.substr(2) : "", code};
        }
        if (opcode == kOpPing) {
            send_raw(frame_bytes(payload, {.opcode = kOpPong}));
            continue;
        }
        if (opcode == kOpPong) continue;
        message_ += payload;
        if (final) return {Received::Kind::kText, std::exchange(message_, {}), 0};
    }
}

void WebSocket::close() {
    send_raw(frame_bytes(std::string("\x03\xe8", 2), {.opcode = kOpClose}));
    drop();
}

void WebSocket::drop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

}  // namespace billet::tests
