// lib/fastcgi/reply.cpp — STDOUT's text out of its records, and the other way round.
#include "lib/fastcgi/reply.h"

#include "lib/base/text.h"
#include "lib/fastcgi/request.h"

namespace billet::fastcgi {
namespace {

// A page has at most [limits] page_bytes (256 KiB) and, if its one item is larger, that: with the
// longest content that can be configured, every byte of it escaped, 400 KB.
constexpr std::size_t kReplyBytesMax = std::size_t{1} << 20U;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kColon = ": ";

constexpr std::string_view kComplete("\0\0\0\0\0\0\0\0",
                                     // Application status 0, protocol status "complete".
                                     kBodyBytes);
constexpr std::size_t kProtocolStatusAt = 4;

}  // namespace

void append_header(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(kColon);
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F) text.push_back(c);
    }
    text += kLineEnd;
}

std::string encode_last_reply(std::size_t request_id, std::string_view text) {
    std::string records;
    append_stream(records, Type::kStdout, request_id, text);
    append_record(records, Type::kEndRequest, request_id, kComplete);
    append_record(records, Type::kValuesResult, kManagementId, {});
    return records;
}

ReplyReader::State ReplyReader::feed(std::string_view bytes) {
    more_came_ = more_came_ || (state_ != State::kMore && !bytes.empty());
    if (state_ != State::kMore) return state_;
    pending_ += bytes;
    return state_ = take_records();
}

ReplyReader::State ReplyReader::take_records() {
    std::string_view rest = pending_;
    State state = State::kMore;
    for (Record record; state == State::kMore; record = {}) {
        const Next next = next_record(rest, record);
        if (next == Next::kMalformed || record.request_id > kRequestId) return State::kMalformed;
        if (next == Next::kIncomplete) break;
        more_came_ = more_came_ || record.request_id == kManagementId;
        if (record.request_id == kRequestId) state = take_record(record);
    }
    more_came_ = more_came_ || (state == State::kWhole && !rest.empty());
    pending_.erase(0, pending_.size() - rest.size());
    return state;
}

ReplyReader::State ReplyReader::take_record(const Record& record) {
    const std::string_view content = record.content;
    if (record.type == Type::kEndRequest)
        return content.size() == kBodyBytes && content[kProtocolStatusAt] == 0 ? State::kWhole : State::kMalformed;
    if (record.type == Type::kStdout) output_ += content;
    if (record.type != Type::kStdout && record.type != Type::kStderr) return State::kMalformed;
    return output_.size() > kReplyBytesMax ? State::kMalformed : State::kMore;
}

std::string_view ReplyReader::head() const {
    return std::string_view(output_).substr(0, output_.find(kHeadEnd));
}

std::string_view ReplyReader::body() const {
    const std::size_t end = output_.find(kHeadEnd);
    return end == std::string::npos ? std::string_view{} : std::string_view(output_).substr(end + kHeadEnd.size());
}

std::string ReplyReader::take_body() && {
    output_.erase(0, output_.size() - body().size());
    return std::move(output_);
}

std::string_view ReplyReader::header(std::string_view name) const {
    std::string_view rest = head();
    while (!rest.empty()) {
        const std::size_t end = rest.find(kLineEnd);
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + kLineEnd.size());
        const std::size_t colon = line.find(kColon);
        if (colon != std::string_view::npos && line.substr(0, colon) == name) return line.substr(colon + kColon.size());
    }
    return {};
}

int ReplyReader::status() const {
    if (output_.find(kHeadEnd) == std::string::npos) return 0;
    const std::string_view text = header("Status");
    if (text.empty()) return 200;
    return static_cast<int>(parse_number(text.substr(0, 3), 999).value_or(0));
}

}  // namespace billet::fastcgi
