// wsd/relay_connection.cpp — Connect, write, read, keep.
#include "wsd/relay_connection.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "lib/base/unix_socket.h"

namespace billet::wsd {
namespace {

// After so many requests a connection goes back to its own socket, so that the load spreads again
// after an instance was away.
constexpr unsigned kServedMax = 1000;
constexpr std::size_t kReadBytes = 65536;

}  // namespace

RelayConnection::RelayConnection(event::Loop* loop, const std::vector<std::string>& sockets, std::size_t home,
                                 OnEnd on_end)
    : sockets_(sockets),
      home_(home % sockets.size()),
      at_(home_),
      on_end_(std::move(on_end)),
      io_(loop, *this),
      timer_(loop, *this) {}

bool RelayConnection::connect() {
    for (std::size_t tries = 0; tries < sockets_.size(); ++tries) {
        fd_ = connect_to(sockets_[at_]);
        if (fd_) return true;
        at_ = (at_ + 1) % sockets_.size();
    }
    return false;
}

void RelayConnection::disconnect() {
    io_.stop();
    fd_.reset();
    served_ = 0;
}

void RelayConnection::go_home_at_times() {
    if (!fd_ || served_ < kServedMax) return;
    disconnect();
    at_ = home_;
}

bool RelayConnection::send(std::string bytes, std::chrono::nanoseconds timeout) {
    go_home_at_times();
    if (!fd_ && !connect()) return false;
    out_ = std::move(bytes);
    written_ = 0;
    reply_ = fastcgi::ReplyReader{};
    busy_ = true;
    heard_ = false;
    ++served_;
    timer_.start(timeout);
    // A write that fails is reported by the loop, never from here.
    const bool more = write_some() && written_ < out_.size();
    io_.watch(fd_.get(), more ? EV_READ | EV_WRITE : EV_READ);
    return true;
}

bool RelayConnection::write_some() {
    const ssize_t count = ::send(fd_.get(), out_.data() + written_, out_.size() - written_, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    written_ += static_cast<std::size_t>(count);
    return true;
}

void RelayConnection::on_io(int events) {
    if (busy_ && (events & EV_WRITE) != 0) {
        if (!write_some()) return end_broken();
        if (written_ == out_.size()) io_.watch(fd_.get(), EV_READ);
    }
    if ((events & EV_READ) != 0) read_some();
}

void RelayConnection::read_some() {
    std::array<char, kReadBytes> bytes;
    const ssize_t count = recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // An idle connection has nothing to say but its end.
    if (!busy_) return disconnect();
    if (count <= 0) return end_broken();
    const fastcgi::ReplyReader::State state = reply_.feed({bytes.data(), static_cast<std::size_t>(count)});
    heard_ = true;
    if (state == fastcgi::ReplyReader::State::kMalformed) return end(End::kBroken);
    if (state == fastcgi::ReplyReader::State::kWhole) end(End::kReply);
}

void RelayConnection::end_broken() {
    end(served_ > 1 && !heard_ ? End::kStale : End::kBroken);
}

void RelayConnection::on_timeout() {
    end(End::kTimedOut);
}

// Whoever fails us, or says that it is leaving, is not asked again at once: the next socket is
// next. A reply counts all the same, and also when it came before all of the request was written.
void RelayConnection::end(End end) {
    const bool usable = end == End::kReply && reply_.is_reusable() && written_ == out_.size();
    timer_.stop();
    busy_ = false;
    out_ = std::string{};
    if (!usable) {
        disconnect();
        at_ = (at_ + 1) % sockets_.size();
    }
    on_end_(end);
}

}  // namespace billet::wsd
