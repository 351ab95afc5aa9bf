// wsd/connection.cpp — Writing, reading, closing by libwebsockets' rules.
//
// A frame is written at once, from wherever it comes, unless libwebsockets still holds the rest of
// an earlier one: that costs one send() and no change of what the loop watches. What the socket
// does not take libwebsockets keeps (one frame at most, since we stop then), and its WRITEABLE
// callback goes on with the outbox. Asking lws_send_pipe_choked() first would cost a poll() for
// every frame and save only that one copy.
#include "wsd/connection.h"

#include <libwebsockets.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>

#include "lib/base/log.h"
#include "lib/base/metrics.h"
#include "wsd/close_codes.h"
#include "wsd/server.h"

namespace billet::wsd {

static_assert(kFrameHeadRoom >= LWS_PRE);

namespace {

// For the close frames to go and come.
constexpr std::chrono::seconds kFarewell{5};
// A token may have 8 KiB; whoever has not said who it is gets no memory for more.
constexpr std::uint32_t kHelloBytesMax = 24576;

}  // namespace

Connection::Connection(event::Loop* loop, Server& server, Services& services, ConnectionId id, struct lws* wsi,
                       std::string_view address)
    : wsi_(wsi),
      server_(server),
      opened_at_(services.now()),
      timer_(loop, *this),
      session_(id, *this, services, address) {}

Connection::~Connection() {
    session_.retire();
    server_.on_gone(session_.id(), standing_);
    const bool ours = session_.close_code() != CloseCode::kNone;
    // 1006: no close frame, neither from us nor from the client.
    const unsigned code = ours ? static_cast<unsigned>(session_.close_code()) : peer_code_ != 0 ? peer_code_ : 1006;
    metrics::count(metrics::kClosed, ours ? std::to_string(code) : client_close_label(code));
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(services().now() - opened_at_);
    LogLine(LogLevel::kInfo, "connection_closed")
        .with("connection", session_.id())
        .with("user", session_.user().value)
        .with("address", session_.address())
        .with("code", code)
        .with("by", ours ? "server" : "client")
        .with("duration_ms", std::int64_t{lasted.count()})
        .with("frames_in", session_.frames_in())
        .with("frames_out", session_.frames_out());
}

// --- Reading -------------------------------------------------------------------------------------

// Never closes from here: the bytes behind this frame that libwebsockets has read already would be
// lost, and with them its place in the stream; the next ones would look like a protocol error and
// end the connection before the close frame has left. WRITEABLE closes.
void Connection::on_receive(std::string_view piece) {
    if (closed_ || session_.is_closing()) return;
    if (lws_frame_is_binary(wsi_) != 0) return session_.close(CloseCode::kBinary);
    const LimitsConfig& limits = services().config.limits;
    const bool ends = lws_is_final_fragment(wsi_) != 0;
    const std::size_t most =
        standing_ == Standing::kKnown ? limits.frame_bytes : std::min(limits.frame_bytes, kHelloBytesMax);
    switch (message_.take(piece, lws_remaining_packet_payload(wsi_), ends, most, limits.frame_fragments)) {
        case Message::Taken::kMore: return look_at_parts();
        case Message::Taken::kWhole: return take_message(piece);
        case Message::Taken::kTooBig:
            metrics::count(metrics::kFramesRefused, "too_big");
            return session_.close(CloseCode::kTooBig);
    }
}

// A part has no id by which it could be refused; small ones are let be, so that whoever has only
// those can go on.
void Connection::look_at_parts() {
    constexpr std::size_t kSmall = 4096;
    if (message_.bytes() <= kSmall || waiting.commands <= services().config.wsd.commands_bytes) return;
    metrics::count(metrics::kFramesRefused, "full");
    session_.close(CloseCode::kInternal);
    message_.clear();
}

void Connection::take_message(std::string_view text) {
    session_.on_text(text);
    message_.clear();
}

void Connection::pause_reading(bool paused) {
    if (!closed_) lws_rx_flow_control(wsi_, paused ? 0 : 1);
}

// --- Writing -------------------------------------------------------------------------------------

// libwebsockets' own memory of a connection is opaque; these are the parts that a write of version
// 4.1.6 reads. Fetching the wrong ones elsewhere would cost time and nothing else. What it is for
// are crowds that no cache holds (`bench_load fanout`, five rounds by turns, medians): 2.68 µs of
// CPU a frame to 10,000 readers with it and 2.86 without, in each round less; to 1,000 readers it
// brings nothing, 2.79 and 2.69.
void Connection::fetch() const {
    const char* const wsi = reinterpret_cast<const char*>(wsi_);
    for (const std::size_t at : {0x0U, 0xC0U, 0x240U, 0x280U, 0x2C0U, 0x300U}) __builtin_prefetch(wsi + at);
}

bool Connection::is_writable() {
    const bool allowed = services().config.wsd.direct_write || in_writable_;
    return allowed && !closed_ && lws_partial_buffered(wsi_) == 0;
}

void Connection::write(const Frame& frame) {
    if (lws_write(wsi_, frame.writable_text(), frame.size(), LWS_WRITE_TEXT) < 0) session_.close(CloseCode::kInternal);
}

void Connection::want_writable() {
    if (!closed_) lws_callback_on_writable(wsi_);
}

int Connection::on_writable() {
    if (closed_) return 0;
    in_writable_ = true;
    session_.on_writable();
    in_writable_ = false;
    return close_if_ready();
}

// --- Closing -------------------------------------------------------------------------------------

int Connection::close_if_ready() {
    if (closed_ || !session_.is_ready_to_close()) return 0;
    const std::string_view reason = close_reason(session_.close_code());
    std::string text(reason);
    lws_close_reason(wsi_, static_cast<lws_close_status>(session_.close_code()),
                     reinterpret_cast<unsigned char*>(text.data()), text.size());
    leave_to_library();
    return -1;
}

void Connection::on_peer_close(std::uint16_t code) {
    peer_code_ = code;
    leave_to_library();
}

// All that is left is the exchange of close frames.
void Connection::leave_to_library() {
    closed_ = true;
    session_.retire();
    timer_.start(kFarewell);
}

void Connection::on_standing(Standing standing) {
    if (standing_ == Standing::kKnown || standing == standing_) return;
    server_.on_standing(*this, session_.id(), standing_, standing);
    standing_ = standing;
}

void Connection::give_way() {
    session_.close(CloseCode::kNoHello);
    if (!closed_ && lws_partial_buffered(wsi_) == 0) write_close_frame();
    end();
}

// By ourselves, since lws_close_reason() works from within callbacks only. What the kernel does not
// take is not waited for.
void Connection::write_close_frame() {
    const auto code = static_cast<unsigned>(session_.close_code());
    const std::string_view reason = close_reason(session_.close_code());
    std::string frame = "\x88";
    for (const std::size_t byte : {reason.size() + 2, std::size_t{code >> 8U}, std::size_t{code & 0xFFU}})
        frame.push_back(static_cast<char>(byte));
    frame += reason;
    [[maybe_unused]] const ssize_t sent = send(lws_get_socket_fd(wsi_), frame.data(), frame.size(), MSG_NOSIGNAL);
}

// --- Timer ---------------------------------------------------------------------------------------

void Connection::wake_at(SteadyTime time) {
    if (!closed_) timer_.start(time - services().now());
}

void Connection::on_timer() {
    if (closed_) return end();
    session_.on_timer();
    if (cut_) end();
}

// libwebsockets first wants to get rid of what it has buffered, and its own timer for that does not
// run while nothing else happens in its loop. On a socket that has been shut down its write fails
// and it lets go.
void Connection::end() {
    closed_ = true;
    session_.retire();
    timer_.stop();
    shutdown(lws_get_socket_fd(wsi_), SHUT_RDWR);
    // Last of all: this connection may be destroyed in there.
    lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

}  // namespace billet::wsd
