// wsd/fastcgi_records.cpp — Record headers of eight bytes, lengths of one or four.
#include "wsd/fastcgi_records.h"

#include <algorithm>
#include <array>

#include "lib/base/text.h"

namespace billet::wsd {
namespace {

constexpr unsigned char kVersion = 1;
constexpr std::size_t kManagementId = 0;
constexpr std::size_t kRequestId = 1;  // one request at a time on a connection
constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kContentMax = 65535;
// A page has at most [limits] page_bytes (256 KiB) and, if its one item is larger, that: with the longest content that can be configured,
// every byte of it escaped, 400 KB.
constexpr std::size_t kReplyBytesMax = std::size_t{1} << 20U;

constexpr unsigned char kBeginRequest = 1;
constexpr unsigned char kEndRequest = 3;
constexpr unsigned char kParams = 4;
constexpr unsigned char kStdin = 5;
constexpr unsigned char kStdout = 6;
constexpr unsigned char kStderr = 7;

void append_byte(std::string& out, std::size_t value) {
    out.push_back(static_cast<char>(value & 0xFFU));
}

void append_record(std::string& out, unsigned char type, std::string_view content) {
    append_byte(out, kVersion);
    append_byte(out, type);
    append_byte(out, 0);
    append_byte(out, kRequestId);
    append_byte(out, content.size() >> 8U);
    append_byte(out, content.size());
    append_byte(out, 0);  // no padding
    append_byte(out, 0);
    out += content;
}

// A stream is records with content and one without.
void append_stream(std::string& out, unsigned char type, std::string_view content) {
    while (!content.empty()) {
        append_record(out, type, content.substr(0, kContentMax));
        content.remove_prefix(std::min(content.size(), kContentMax));
    }
    append_record(out, type, {});
}

void append_length(std::string& out, std::size_t length) {
    if (length < 0x80) return append_byte(out, length);
    append_byte(out, (length >> 24U) | 0x80U);
    append_byte(out, length >> 16U);
    append_byte(out, length >> 8U);
    append_byte(out, length);
}

std::string encode_params(const FastcgiParams& params) {
    std::string out;
    for (const auto& [name, value] : params) {
        append_length(out, name.size());
        append_length(out, value.size());
        out.append(name).append(value);
    }
    return out;
}

std::size_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

}  // namespace

std::string encode_fastcgi_request(const FastcgiParams& params, std::string_view body) {
    constexpr std::array<char, 8> kBegin{0, 1, 1, 0, 0, 0, 0, 0};  // responder, keep the connection
    std::string out;
    append_record(out, kBeginRequest, {kBegin.data(), kBegin.size()});
    append_stream(out, kParams, encode_params(params));
    append_stream(out, kStdin, body);
    return out;
}

FastcgiReply::State FastcgiReply::feed(std::string_view bytes) {
    more_came_ = more_came_ || (state_ != State::kMore && !bytes.empty());
    if (state_ != State::kMore) return state_;
    pending_ += bytes;
    return state_ = take_records();
}

FastcgiReply::State FastcgiReply::take_records() {
    std::string_view rest = pending_;
    State state = State::kMore;
    while (state == State::kMore && rest.size() >= kHeaderBytes) {
        const std::size_t content = byte_at(rest, 4) * 256 + byte_at(rest, 5);
        const std::size_t whole = kHeaderBytes + content + byte_at(rest, 6);
        const std::size_t request = byte_at(rest, 2) * 256 + byte_at(rest, 3);
        if (byte_at(rest, 0) != kVersion || request > kRequestId) return State::kMalformed;
        if (rest.size() < whole) break;
        more_came_ = more_came_ || request == kManagementId;
        if (request == kRequestId)
            state = take_record(static_cast<unsigned>(byte_at(rest, 1)), rest.substr(kHeaderBytes, content));
        rest.remove_prefix(whole);
    }
    more_came_ = more_came_ || (state == State::kWhole && !rest.empty());
    pending_.erase(0, pending_.size() - rest.size());
    return state;
}

FastcgiReply::State FastcgiReply::take_record(unsigned type, std::string_view content) {
    if (type == kEndRequest) return content.size() == 8 && byte_at(content, 4) == 0 ? State::kWhole : State::kMalformed;
    if (type == kStdout) output_ += content;
    if (type != kStdout && type != kStderr) return State::kMalformed;
    return output_.size() > kReplyBytesMax ? State::kMalformed : State::kMore;
}

std::string_view FastcgiReply::head() const {
    return std::string_view(output_).substr(0, output_.find("\r\n\r\n"));
}

std::string_view FastcgiReply::body() const {
    const std::size_t end = output_.find("\r\n\r\n");
    return end == std::string::npos ? std::string_view{} : std::string_view(output_).substr(end + 4);
}

std::string FastcgiReply::take_body() && {
    output_.erase(0, output_.size() - body().size());
    return std::move(output_);
}

std::string_view FastcgiReply::header(std::string_view name) const {
    std::string_view rest = head();
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos && line.substr(0, colon) == name) return line.substr(colon + 2);
    }
    return {};
}

int FastcgiReply::status() const {
    if (output_.find("\r\n\r\n") == std::string::npos) return 0;
    const std::string_view text = header("Status");
    if (text.empty()) return 200;
    return static_cast<int>(parse_number(text.substr(0, 3), 999).value_or(0));
}

}  // namespace billet::wsd
