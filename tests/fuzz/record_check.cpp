// tests/fuzz/record_check.cpp — Any bytes as a FastCGI request: judged the same however far they
// have come, and never whole by accident.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "lib/fastcgi/record_check.h"

namespace {

using namespace billet::fastcgi;
using Bytes = std::span<const unsigned char>;

void must(bool holds) {
    if (!holds) std::abort();
}

std::size_t size_of(Bytes record) {
    return 8 + record[4] * 256U + record[5];
}

// The body's bytes of what was found whole, by walking the records once more without any question.
std::size_t body_of(Bytes bytes) {
    std::size_t body = 0;
    while (!bytes.empty()) {
        must(bytes.size() >= 8 && bytes.size() >= size_of(bytes) + bytes[6]);
        if (bytes[1] == 5) body += size_of(bytes) - 8;
        bytes = bytes.subspan(size_of(bytes) + bytes[6]);
    }
    return body;
}

}  // namespace

// The first two bytes: how long a body may be, and the step from one beginning of the rest to the
// next.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 8192) return 0;
    const std::size_t body_max = data[0] * 16U;
    const std::size_t step = 1 + data[1];
    const Bytes bytes(data + 2, size - 2);
    Records before = Records::kIncomplete;
    for (std::size_t length = 0; length < bytes.size() + step; length += step) {
        const Bytes begin = bytes.first(std::min(length, bytes.size()));
        const RecordCheck check = check_records(begin, body_max);
        if (check.records == Records::kWhole) must(check.body_bytes == body_of(begin) && check.body_bytes <= body_max);
        if (before == Records::kMalformed || before == Records::kWhole)
            must(check.records == Records::kMalformed || begin.size() < length);
        if (before == Records::kBodyTooLarge) must(check.records == Records::kBodyTooLarge);
        must(check.body_bytes <= begin.size());
        before = check.records;
    }
    return 0;
}
