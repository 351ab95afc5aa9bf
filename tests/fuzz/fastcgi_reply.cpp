// tests/fuzz/fastcgi_reply.cpp — Any bytes as the api's reply: read the same however they are cut,
// and never beyond their end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/fastcgi/reply.h"

namespace {

using billet::fastcgi::ReplyReader;

void must(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

// The first byte says where the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    ReplyReader whole;
    whole.feed(bytes);

    ReplyReader pieces;
    const std::size_t step = 1 + data[0];
    for (std::size_t at = 0; at < bytes.size(); at += step) pieces.feed(bytes.substr(at, step));

    must(pieces.state() == whole.state());
    must(pieces.is_reusable() == whole.is_reusable());
    if (whole.state() != ReplyReader::State::kWhole) return 0;
    must(pieces.status() == whole.status() && whole.status() >= 0 && whole.status() <= 999);
    must(pieces.body() == whole.body() && whole.body().size() <= bytes.size());
    must(pieces.header("Status") == whole.header("Status"));
    must(std::move(pieces).take_body() == whole.body());
    return 0;
}
