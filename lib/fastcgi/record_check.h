// lib/fastcgi/record_check.h — Are these bytes one whole, well-formed FastCGI request? Asked before
// libfcgi may read them.
//
// libfcgi 2.4.2 believes what it reads: it does not bound the lengths that a peer declares, is not
// safe from records where it does not expect them, and waits in its thread for a record that does
// not end. So only this grammar gets through to it:
//
//     request = BEGIN_REQUEST(role responder) *PARAMS PARAMS(empty) *STDIN STDIN(empty)
//
// all of version 1 and of one request id, and nothing behind it (a peer that has more to say before
// the reply has given up or is out of step).
#pragma once

#include <cstddef>
#include <span>

namespace billet::fastcgi {

inline constexpr std::size_t kParameterBytesMax = 65536;

enum class Records {
    kIncomplete,  // well-formed so far
    kWhole,
    // The parameters are whole and sound; the body is longer than `body_bytes_max`, whether it has
    // ended or not.
    kBodyTooLarge,
    kMalformed,
};

struct RecordCheck {
    Records records = Records::kIncomplete;
    std::size_t body_bytes = 0;  // seen so far
};

RecordCheck check_records(std::span<const unsigned char> bytes, std::size_t body_bytes_max);

}  // namespace billet::fastcgi
