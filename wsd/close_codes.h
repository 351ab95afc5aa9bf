// wsd/close_codes.h — From a refusal to the code that ends its connection; the codes themselves
// stand in lib/base/error_codes.h.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace billet::wsd {

// The label in metrics of a code that a client has closed with: it may choose any number, and each
// would make a series.
inline std::string client_close_label(unsigned code) {
    constexpr std::array<unsigned, 5> kUsual = {1000, 1001, 1002, 1005, 1006};
    return std::ranges::find(kUsual, code) != kUsual.end() ? std::to_string(code) : "other";
}

// What the api's refusal means for the connection that it came from. `why` is the error's reason: a
// session that has ended takes a new token, a token that never was one does not. kNone: the refusal
// concerns one request, not the connection; so does one whose code is not known.
constexpr CloseCode close_code_of(std::optional<Code> code, std::string_view why) {
    if (!code) return CloseCode::kNone;
    if (code == Code::kUnauthenticated && (why == reason::kRevoked || why == reason::kExpired))
        return CloseCode::kNewToken;
    return error_row(*code).close;
}

}  // namespace billet::wsd
