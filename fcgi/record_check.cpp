// fcgi/record_check.cpp — Walking the records and the parameters' lengths.
#include "fcgi/record_check.h"

#include <fastcgi.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace billet::fcgi {
namespace {

using Bytes = std::span<const unsigned char>;

struct Record {
    unsigned type = 0;
    unsigned request_id = 0;
    Bytes content;
};

enum class Next { kRecord, kIncomplete, kMalformed };

// Takes the next record off `bytes`.
Next next_record(Bytes& bytes, Record& record) {
    if (!bytes.empty() && bytes[0] != FCGI_VERSION_1) return Next::kMalformed;
    if (bytes.size() < FCGI_HEADER_LEN) return Next::kIncomplete;
    const std::size_t length = bytes[4] * 256U + bytes[5];
    const std::size_t whole = FCGI_HEADER_LEN + length + bytes[6];
    record = {.type = bytes[1], .request_id = bytes[2] * 256U + bytes[3], .content = {}};
    if (bytes.size() < whole) return Next::kIncomplete;
    record.content = bytes.subspan(FCGI_HEADER_LEN, length);
    bytes = bytes.subspan(whole);
    return Next::kRecord;
}

// A length of one byte, or of four with the top bit set; nullopt past the end.
std::optional<std::size_t> next_length(Bytes& bytes) {
    if (bytes.empty()) return std::nullopt;
    if (bytes[0] < 0x80) {
        const std::size_t length = bytes[0];
        bytes = bytes.subspan(1);
        return length;
    }
    if (bytes.size() < 4) return std::nullopt;
    const std::size_t length = (bytes[0] & 0x7FU) * 0x1000000U + bytes[1] * 0x10000U + bytes[2] * 0x100U + bytes[3];
    bytes = bytes.subspan(4);
    return length;
}

// Names and values lie inside the stream and hold no NUL: libfcgi makes C strings of them.
bool are_parameters(Bytes bytes) {
    while (!bytes.empty()) {
        const auto name = next_length(bytes);
        const auto value = name ? next_length(bytes) : std::nullopt;
        if (!value || *name > bytes.size() || *value > bytes.size() - *name) return false;
        const Bytes pair = bytes.first(*name + *value);
        if (std::ranges::find(pair, 0) != pair.end()) return false;
        bytes = bytes.subspan(pair.size());
    }
    return true;
}

bool is_begin(const Record& record) {
    return record.type == FCGI_BEGIN_REQUEST && record.request_id != FCGI_NULL_REQUEST_ID &&
           record.content.size() == sizeof(FCGI_BeginRequestBody) && record.content[0] == 0 &&
           record.content[1] == FCGI_RESPONDER;
}

// Reads a stream up to its empty record; `take` gets each piece and answers whether to go on.
template <typename Take>
Records read_stream(Bytes& bytes, unsigned type, unsigned request_id, Take take) {
    for (Record record;;) {
        const Next next = next_record(bytes, record);
        if (next == Next::kMalformed) return Records::kMalformed;
        if (next == Next::kIncomplete && bytes.size() < FCGI_HEADER_LEN) return Records::kIncomplete;
        if (record.type != type || record.request_id != request_id) return Records::kMalformed;
        if (next == Next::kIncomplete) return Records::kIncomplete;
        if (record.content.empty()) return Records::kWhole;
        if (!take(record.content)) return Records::kBodyTooLarge;
    }
}

}  // namespace

RecordCheck check_records(Bytes bytes, std::size_t body_bytes_max) {
    Record begin;
    const Next first = next_record(bytes, begin);
    if (first == Next::kIncomplete) return {};
    if (first == Next::kMalformed || !is_begin(begin)) return {Records::kMalformed, 0};

    std::vector<unsigned char> parameters;
    const Records head = read_stream(bytes, FCGI_PARAMS, begin.request_id, [&](Bytes piece) {
        parameters.insert(parameters.end(), piece.begin(), piece.end());
        return parameters.size() <= kParameterBytesMax;
    });
    if (head == Records::kIncomplete) return {};
    if (head != Records::kWhole || !are_parameters(parameters)) return {Records::kMalformed, 0};

    RecordCheck check;
    check.records = read_stream(bytes, FCGI_STDIN, begin.request_id, [&](Bytes piece) {
        check.body_bytes += piece.size();
        return check.body_bytes <= body_bytes_max;
    });
    if (check.records == Records::kWhole && !bytes.empty()) check.records = Records::kMalformed;
    return check;
}

}  // namespace billet::fcgi
