// tests/fakes/wsd/fake_api.cpp — Sockets without waiting, records by lib/fastcgi.
#include "tests/fakes/wsd/fake_api.h"

#include <sys/socket.h>

#include <array>
#include <span>

#include "lib/base/unix_socket.h"
#include "lib/fastcgi/record_check.h"
#include "lib/fastcgi/records.h"
#include "lib/fastcgi/request.h"

namespace billet::fakes {
namespace {

constexpr std::size_t kBodyMax = 1 << 20;

FakeApi::Request parse(std::string_view bytes) {
    FakeApi::Request request;
    std::string parameters;
    fastcgi::Record record;
    while (fastcgi::next_record(bytes, record) == fastcgi::Next::kRecord) {
        if (record.type == fastcgi::Type::kParams) parameters += record.content;
        if (record.type == fastcgi::Type::kStdin) request.body += record.content;
    }
    std::string_view rest = parameters;
    while (const auto pair = fastcgi::next_pair(rest)) request.parameters.emplace(pair->first, pair->second);
    return request;
}

}  // namespace

FakeApi::FakeApi(const std::string& path) {
    auto listener = listen_at(path, 16);
    if (listener.ok()) listener_ = std::move(listener).value();
}

void FakeApi::look() {
    while (Descriptor fd = accept_from(listener_.get())) connections_.push_back({.fd = std::move(fd), .bytes = {}});
    for (Connection& connection : connections_) {
        if (!connection.fd || connection.is_left) continue;
        std::array<char, 4096> bytes;
        ssize_t count = 0;
        while ((count = recv(connection.fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0)
            connection.bytes.append(bytes.data(), static_cast<std::size_t>(count));
        connection.is_left = count == 0;
    }
}

std::optional<FakeApi::Request> FakeApi::take(std::size_t at) {
    if (at >= connections_.size()) return std::nullopt;
    std::string& bytes = connections_[at].bytes;
    const std::span seen{reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()};
    if (fastcgi::check_records(seen, kBodyMax).records != fastcgi::Records::kWhole) return std::nullopt;
    return parse(std::exchange(bytes, {}));
}

void FakeApi::write(std::size_t connection, std::string_view bytes) {
    [[maybe_unused]] const ssize_t sent =
        send(connections_.at(connection).fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string reply_records(std::string_view text) {
    std::string out;
    fastcgi::append_stream(out, fastcgi::Type::kStdout, fastcgi::kRequestId, text);
    fastcgi::append_record(out, fastcgi::Type::kEndRequest, fastcgi::kRequestId,
                           std::string(fastcgi::kBodyBytes, '\0'));
    return out;
}

}  // namespace billet::fakes
