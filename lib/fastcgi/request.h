// lib/fastcgi/request.h — A whole request as its records, as a web server writes it.
//
//     request = BEGIN_REQUEST(responder, keep connection) PARAMS… PARAMS(empty) STDIN… STDIN(empty)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/fastcgi/records.h"

namespace billet::fastcgi {

// Of every request that is made here: a connection carries one at a time.
inline constexpr std::size_t kRequestId = 1;

// On a connection that is to be kept.
std::string encode_request(const std::vector<Pair>& parameters, std::string_view body);

}  // namespace billet::fastcgi
