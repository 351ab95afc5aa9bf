// wsd/server.cpp — Context, virtual host, accept, handshake, callbacks.
#include "wsd/server.h"

#include <libwebsockets.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "lib/base/log.h"
#include "lib/base/unix_socket.h"
#include "wsd/connection.h"

namespace billet::wsd {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptAtOnce = 64;
// One of so many places is for clients that are not known yet.
constexpr std::size_t kOpeningShare = 10;
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::size_t kTxPacketBytes = 65536;  // larger writes are split and copied
// Every connection has one; longer frames come in pieces. A ping or close frame, of 125 bytes at
// most, must fit: of one in pieces libwebsockets answers only the first.
constexpr std::size_t kRxBufferBytes = 128;

// lws's own pings and idle timeouts are kept in a sorted list, which costs every handshake its
// length: none of them.
constexpr lws_retry_bo_t kNoIdlePolicy{};

int callback(struct lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length) {
    auto* server = static_cast<Server*>(lws_context_user(lws_get_context(wsi)));
    return server == nullptr ? 0 : server->on_callback(wsi, reason, user, in, length);
}

// The subprotocol's name; a client that asks for none is given the first protocol too.
const std::array<lws_protocols, 2> kProtocols{
    lws_protocols{"chat.v1", callback, 0, kRxBufferBytes, 0, nullptr, kTxPacketBytes},
    lws_protocols{nullptr, nullptr, 0, 0, 0, nullptr, 0},
};

void log_library_line(int level, const char* text) {
    std::string_view line(text);
    while (line.ends_with('\n')) line.remove_suffix(1);
    LogLine(level == LLL_ERR ? LogLevel::kError : LogLevel::kWarning, "libwebsockets").with("text", line);
}

std::string header(struct lws* wsi, lws_token_indexes name) {
    std::array<char, 512> value{};
    const int length = lws_hdr_copy(wsi, value.data(), static_cast<int>(value.size()), name);
    return length > 0 ? std::string(value.data(), static_cast<std::size_t>(length)) : std::string{};
}

bool is_address(std::string_view text) {
    return text.size() <= 45 && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

// What a client does not read waits in the kernel first, and counts as this process's memory: twice
// this at most, instead of 200 KiB.
void bound_kernel_memory(int fd) {
    constexpr int kBytes = 32768;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kBytes, sizeof kBytes);
}

// nullptr before the handshake is done.
Connection* connection_of(void* user) {
    return static_cast<Connection*>(user);
}

std::uint16_t peer_close_code(const void* in, std::size_t length) {
    const auto* bytes = static_cast<const unsigned char*>(in);
    return length >= 2 ? static_cast<std::uint16_t>(bytes[0] * 256U + bytes[1]) : 1005;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::create(event::Loop* loop, Services& services, std::size_t connections_max) {
    std::unique_ptr<Server> server(new Server(loop, services, connections_max));
    if (auto started = server->start(); !started) return std::move(started).error();
    return server;
}

Server::Server(event::Loop* loop, Services& services, std::size_t connections_max)
    : loop_(loop),
      services_(services),
      connections_max_(connections_max),
      opening_max_(std::max<std::size_t>(1, connections_max / kOpeningShare)),
      accept_io_(loop, *this),
      accept_timer_(loop, *this) {}

Server::~Server() {
    stop_listening();
    if (context_ != nullptr) lws_context_destroy(context_);
}

Result<void> Server::start() {
    lws_set_log_level(LLL_ERR | LLL_WARN, log_library_line);
    std::array<void*, 1> loops{loop_};
    lws_context_creation_info info{};
    info.options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8;
    info.foreign_loops = loops.data();
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols = kProtocols.data();
    info.retry_and_idle_policy = &kNoIdlePolicy;
    info.max_http_header_data2 = 8192;
    info.max_http_header_pool2 = 1000;
    info.server_string = "billet";
    info.vhost_name = "billet";
    // No change of user. The library's type for it is another one from 4.3 on.
    info.gid = static_cast<decltype(info.gid)>(-1);
    info.uid = static_cast<decltype(info.uid)>(-1);
    info.user = this;
    context_ = lws_create_context(&info);
    if (context_ == nullptr) return unavailable("libwebsockets does not start (is libwebsockets-evlib-ev installed?)");
    vhost_ = lws_create_vhost(context_, &info);
    if (vhost_ == nullptr) return unavailable("libwebsockets refuses its virtual host");
    auto listener = listen_at(services_.config.wsd.listen, kBacklog);
    if (!listener) return std::move(listener).error();
    listener_ = std::move(*listener);
    watch_listener();
    return {};
}

// --- Accepting -----------------------------------------------------------------------------------

void Server::watch_listener() {
    const bool wanted = listener_ && has_place() && !accept_timer_.is_set();
    if (wanted) {
        accept_io_.watch(listener_.get(), EV_READ);
    } else {
        accept_io_.stop();
    }
}

void Server::on_acceptable(int) {
    for (int i = 0; i < kAcceptAtOnce && has_place(); ++i) {
        Descriptor client = accept_from(listener_.get());
        if (!client) {
            // Out of descriptors or memory: the listener stays readable, so wait instead of
            // spinning.
            if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) accept_timer_.start(kAcceptPause);
            break;
        }
        bound_kernel_memory(client.get());
        make_place();
        lws_adopt_socket_vhost(vhost_, client.release());
    }
    watch_listener();
}

// Few of the opening clients are silent when the api is slow, and then they are mostly about to
// speak.
bool Server::may_displace() const {
    if (silent_.empty()) return false;
    return is_full() || (is_opening_full() && silent_.size() * 2 > opening_max_);
}

void Server::make_place() {
    if (may_displace()) silent_.begin()->second->give_way();
}

void Server::on_standing(Connection& connection, ConnectionId id, Standing before, Standing after) {
    if (before == Standing::kSilent) silent_.erase(id);
    if (after == Standing::kSilent) silent_.emplace(id, &connection);
    if (after == Standing::kKnown) ++known_;
    watch_listener();
}

void Server::on_gone(ConnectionId id, Standing standing) {
    if (standing == Standing::kSilent) silent_.erase(id);
    if (standing == Standing::kKnown) --known_;
}

void Server::on_accept_again() {
    watch_listener();
}

void Server::stop_listening() {
    if (!listener_) return;
    accept_io_.stop();
    accept_timer_.stop();
    // While we still listen nobody else can have taken the path.
    unlink(services_.config.wsd.listen.c_str());
    listener_.reset();
}

// --- Handshake -----------------------------------------------------------------------------------

// Only browsers send an origin, and they always do.
bool Server::is_origin_allowed(struct lws* wsi) const {
    const auto& allowed = services_.config.wsd.allowed_origins;
    if (allowed.empty() || lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) == 0) return true;
    return std::ranges::find(allowed, header(wsi, WSI_TOKEN_ORIGIN)) != allowed.end();
}

int Server::check_handshake(struct lws* wsi) const {
    if (is_origin_allowed(wsi)) return 0;
    lws_return_http_status(wsi, HTTP_STATUS_FORBIDDEN, nullptr);
    return -1;
}

void Server::open_connection(struct lws* wsi) {
    std::string address = header(wsi, WSI_TOKEN_X_FORWARDED_FOR);
    if (!is_address(address)) address.clear();
    auto connection = std::make_unique<Connection>(loop_, *this, services_, ++last_id_, wsi, address);
    silent_.emplace(last_id_, connection.get());
    lws_set_wsi_user(wsi, connection.release());
    watch_listener();
}

int Server::on_callback(struct lws* wsi, int reason, void* user, void* in, std::size_t length) {
    Connection* connection = nullptr;
    switch (reason) {
        case LWS_CALLBACK_WSI_CREATE: ++open_; return 0;
        case LWS_CALLBACK_WSI_DESTROY:
            --open_;
            watch_listener();
            return 0;
        case LWS_CALLBACK_HTTP: return -1;
        case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return check_handshake(wsi);
        case LWS_CALLBACK_ESTABLISHED: open_connection(wsi); return 0;
        case LWS_CALLBACK_RECEIVE:
            connection = connection_of(user);
            if (connection == nullptr) return -1;
            connection->on_receive({static_cast<const char*>(in), length});
            return 0;
        case LWS_CALLBACK_SERVER_WRITEABLE:
            connection = connection_of(user);
            return connection == nullptr ? 0 : connection->on_writable();
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            connection = connection_of(user);
            if (connection != nullptr) connection->on_peer_close(peer_close_code(in, length));
            return 0;
        case LWS_CALLBACK_CLOSED: {
            // Also for connections whose handshake was never done.
            const std::unique_ptr<Connection> gone(connection_of(user));
            lws_set_wsi_user(wsi, nullptr);
            return 0;
        }
        default: return 0;
    }
}

}  // namespace billet::wsd
