// lib/base/metrics_http.h — The answer to a scrape over HTTP; whoever has the socket does the
// reading and writing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace billet::metrics {

// A scrape's request head is short; whoever sends more is hung up on.
inline constexpr std::size_t kRequestHeadMax = 4096;

// True once the head of a request is there in full.
bool has_whole_head(std::string_view received);

// The whole HTTP/1.1 answer to that request: everything of text() for a GET, 405 for anything else.
// The connection is to be closed after it.
std::string http_answer(std::string_view request_head);

}  // namespace billet::metrics
