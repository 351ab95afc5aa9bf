// lib/base/metrics_http.cpp — HTTP around the Prometheus text.
#include "lib/base/metrics_http.h"

#include "lib/base/metrics.h"

namespace billet::metrics {

bool has_whole_head(std::string_view received) {
    return received.find("\r\n\r\n") != std::string_view::npos || received.find("\n\n") != std::string_view::npos;
}

std::string http_answer(std::string_view request_head) {
    if (!request_head.starts_with("GET "))
        return "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const std::string body = text();
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace billet::metrics
