// lib/fastcgi/request.cpp — Begin, parameters, body.
#include "lib/fastcgi/request.h"

#include <array>

namespace billet::fastcgi {

std::string encode_request(const std::vector<Pair>& parameters, std::string_view body) {
    constexpr std::array<char, kBodyBytes> kBegin{0, kResponder, kKeepConnection};
    std::string pairs;
    for (const Pair& pair : parameters) append_pair(pairs, pair);
    std::string out;
    append_record(out, Type::kBeginRequest, kRequestId, {kBegin.data(), kBegin.size()});
    append_stream(out, Type::kParams, kRequestId, pairs);
    append_stream(out, Type::kStdin, kRequestId, body);
    return out;
}

}  // namespace billet::fastcgi
