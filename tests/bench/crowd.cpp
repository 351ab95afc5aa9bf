// tests/bench/crowd.cpp — As little work per frame as can be: the crowd shares two cores with what
// it measures.
#include "tests/bench/crowd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "tests/bench/table.h"

namespace billet::bench {
namespace {

constexpr std::size_t kBufferBytes = 65536;
constexpr std::chrono::milliseconds kOpenTimeout{120'000};
constexpr std::chrono::milliseconds kPollWait{10};
constexpr int kEventsAtOnce = 512;
constexpr int kOpText = 1;

union Address {
    sockaddr any;
    sockaddr_un local;
    sockaddr_in inet;
};

socklen_t fill_address(Address& address, const Target& target) {
    std::memset(&address, 0, sizeof address);
    if (!target.unix_path.empty()) {
        address.local.sun_family = AF_UNIX;
        target.unix_path.copy(address.local.sun_path, sizeof address.local.sun_path - 1);
        return sizeof address.local;
    }
    address.inet.sin_family = AF_INET;
    address.inet.sin_port = htons(static_cast<std::uint16_t>(target.port));
    address.inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof address.inet;
}

// What nginx sends to wsd; nginx itself and others are content with it too.
std::string handshake(const Target& target) {
    return "GET " + target.http_path +
           " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
           "X-Forwarded-For: 127.0.0.1\r\n\r\n";
}

struct View {
    std::size_t size = 0;  // of the frame; 0: not whole yet
    int opcode = 0;
    std::string_view payload;
};

View first_frame(std::string_view bytes) {
    if (bytes.size() < 2) return {};
    const auto byte = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])); };
    std::size_t head = 2;
    std::uint64_t length = byte(1) & 0x7fU;
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < head + more) return {};
    if (more > 0) length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8U | byte(head + i);
    head += more;
    if (bytes.size() < head + length) return {};
    return {head + length, static_cast<int>(byte(0) & 0x0fU), bytes.substr(head, length)};
}

}  // namespace

std::string client_frame(std::string_view text) {
    std::string frame(1, static_cast<char>(0x80 | kOpText));
    if (text.size() < 126) {
        frame += static_cast<char>(0x80U | text.size());
    } else {
        frame += static_cast<char>(0x80U | 126U);
        frame += static_cast<char>(text.size() >> 8U);
        frame += static_cast<char>(text.size() & 0xffU);
    }
    frame.append(4, '\0').append(text);
    return frame;
}

Crowd::Crowd(Target target) : target_(std::move(target)), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(kBufferBytes) {
    if (epoll_ < 0) give_up("epoll_create1");
}

Crowd::~Crowd() {
    close();
    ::close(epoll_);
}

void Crowd::close() {
    for (const Client& client : clients_) {
        if (client.fd >= 0) ::close(client.fd);
    }
    clients_.clear();
    ready_ = 0;
}

void Crowd::open(const std::vector<std::string>& hellos, std::size_t at_once) {
    hellos_ = &hellos;
    clients_.reserve(clients_.size() + hellos.size());
    const auto deadline = Clock::now() + kOpenTimeout;
    while (ready_ < hellos.size()) {
        while (!again_.empty() && connect(again_.back())) again_.pop_back();
        while (clients_.size() < hellos.size() && clients_.size() - ready_ < at_once) {
            clients_.emplace_back();
            if (connect(clients_.size() - 1)) continue;
            clients_.pop_back();  // the backlog is full: later
            break;
        }
        poll(kPollWait);
        if (Clock::now() > deadline)
            give_up("only " + counted(ready_) + " of " + counted(hellos.size()) + " clients came in");
    }
    hellos_ = nullptr;
}

bool Crowd::connect(std::size_t index) {
    Address address;
    const socklen_t length = fill_address(address, target_);
    const int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) give_up(std::string("socket: ") + std::strerror(errno));
    if (::connect(fd, &address.any, length) != 0 && errno != EINPROGRESS) {
        const int error = errno;
        ::close(fd);
        if (error != EAGAIN) give_up(std::string("connect: ") + std::strerror(error));
        return false;
    }
    clients_[index].fd = fd;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    return true;
}

void Crowd::on_connected(std::size_t index) {
    Client& client = clients_[index];
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &event);
    if (target_.http_path.empty()) return greet(index);
    client.state = State::kShaking;
    write_all(index, handshake(target_));
}

void Crowd::greet(std::size_t index) {
    Client& client = clients_[index];
    const std::string& hello = (*hellos_)[index];
    if (!hello.empty()) write_all(index, client_frame(hello));
    if (target_.is_greeted) {
        client.state = State::kGreeting;
        return;
    }
    client.state = State::kOpen;
    ++ready_;
}

void Crowd::write_all(std::size_t index, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(clients_[index].fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            pollfd writable{clients_[index].fd, POLLOUT, 0};
            ::poll(&writable, 1, 1000);
        } else if (clients_[index].state != State::kOpen) {
            return;  // reading finds that it has hung up
        } else {
            give_up(std::string("a server hung up while a client wrote: ") + std::strerror(errno));
        }
    }
}

void Crowd::send(std::size_t client, std::string_view text) {
    write_all(client, client_frame(text));
}

void Crowd::poll(std::chrono::nanoseconds wait) {
    std::array<epoll_event, kEventsAtOnce> events{};
    const timespec time{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
    const int count = epoll_pwait2(epoll_, events.data(), kEventsAtOnce, &time, nullptr);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (clients_[event.data.u64].state == State::kConnecting) {
            on_connected(event.data.u64);
        } else {
            on_readable(event.data.u64);
        }
    }
}

bool Crowd::poll_until(const std::function<bool()>& until, std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    while (!until()) {
        if (Clock::now() > deadline) return false;
        poll(kPollWait);
    }
    return true;
}

void Crowd::on_readable(std::size_t index) {
    Client& client = clients_[index];
    const ssize_t got = recv(client.fd, buffer_.data(), buffer_.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return on_hang_up(index);
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
    if (client.rest.empty()) {
        client.rest = bytes.substr(take(index, bytes));
    } else {
        client.rest.append(bytes);
        client.rest.erase(0, take(index, client.rest));
    }
    if (client.rest.empty()) std::string().swap(client.rest);
}

void Crowd::on_hang_up(std::size_t index) {
    Client& client = clients_[index];
    if (client.state == State::kOpen) give_up("a server hung up on client " + counted(index) + " " + client.rest);
    ::close(client.fd);
    client = {};
    again_.push_back(index);
}

// Gives how many bytes are done with.
std::size_t Crowd::take(std::size_t index, std::string_view bytes) {
    if (clients_[index].state != State::kShaking) return take_frames(index, bytes);
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    if (!bytes.starts_with("HTTP/1.1 101 ")) give_up("no handshake: " + std::string(bytes.substr(0, end)));
    greet(index);
    return end + 4 + take_frames(index, bytes.substr(end + 4));
}

std::size_t Crowd::take_frames(std::size_t index, std::string_view bytes) {
    std::size_t done = 0;
    for (View frame = first_frame(bytes); frame.size > 0; frame = first_frame(bytes.substr(done))) {
        done += frame.size;
        if (frame.opcode == kOpText) take_text(index, frame.payload);
    }
    return done;
}

void Crowd::take_text(std::size_t index, std::string_view text) {
    Client& client = clients_[index];
    if (client.state == State::kGreeting) {
        if (text.find("\"type\":\"welcome\"") == std::string_view::npos) give_up("no welcome: " + std::string(text));
        client.welcome = text;
        client.state = State::kOpen;
        ++ready_;
        return;
    }
    if (text.starts_with(R"({"type":"ping")")) return;
    frames_.fetch_add(1, std::memory_order_relaxed);
    if (on_frame_) on_frame_(index, text);
}

}  // namespace billet::bench
