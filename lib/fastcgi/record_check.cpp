// lib/fastcgi/record_check.cpp — Walking the records and the parameters' lengths.
#include "lib/fastcgi/record_check.h"

#include <string>

#include "lib/fastcgi/records.h"

namespace billet::fastcgi {
namespace {

// Names and values lie inside the stream and hold no NUL: libfcgi makes C strings of them.
bool are_parameters(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto pair = next_pair(bytes);
        if (!pair || pair->first.find('\0') != pair->first.npos || pair->second.find('\0') != pair->second.npos)
            return false;
    }
    return true;
}

bool is_begin(const Record& record) {
    return record.type == Type::kBeginRequest && record.request_id != kManagementId &&
           record.content.size() == kBodyBytes && record.content[0] == 0 && record.content[1] == kResponder;
}

// Reads a stream up to its empty record; `take` gets each piece and answers whether to go on.
template <typename Take>
Records read_stream(std::string_view& bytes, Type type, std::size_t request_id, Take take) {
    for (Record record;;) {
        const Next next = next_record(bytes, record);
        if (next == Next::kMalformed) return Records::kMalformed;
        if (next == Next::kIncomplete && bytes.size() < kHeaderBytes) return Records::kIncomplete;
        if (record.type != type || record.request_id != request_id) return Records::kMalformed;
        if (next == Next::kIncomplete) return Records::kIncomplete;
        if (record.content.empty()) return Records::kWhole;
        if (!take(record.content)) return Records::kBodyTooLarge;
    }
}

}  // namespace

RecordCheck check_records(std::span<const unsigned char> input, std::size_t body_bytes_max) {
    std::string_view bytes(reinterpret_cast<const char*>(input.data()), input.size());
    Record begin;
    const Next first = next_record(bytes, begin);
    if (first == Next::kIncomplete) return {};
    if (first == Next::kMalformed || !is_begin(begin)) return {Records::kMalformed, 0};

    std::string parameters;
    const Records head = read_stream(bytes, Type::kParams, begin.request_id, [&](std::string_view piece) {
        parameters += piece;
        return parameters.size() <= kParameterBytesMax;
    });
    if (head == Records::kIncomplete) return {};
    if (head != Records::kWhole || !are_parameters(parameters)) return {Records::kMalformed, 0};

    RecordCheck check;
    check.records = read_stream(bytes, Type::kStdin, begin.request_id, [&](std::string_view piece) {
        check.body_bytes += piece.size();
        return check.body_bytes <= body_bytes_max;
    });
    if (check.records == Records::kWhole && !bytes.empty()) check.records = Records::kMalformed;
    return check;
}

}  // namespace billet::fastcgi
