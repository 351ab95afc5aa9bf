// fcgi/reply.h — One HTTP reply as a handler makes it: plain values; the transport writes them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billet::fcgi {

struct Header {
    std::string name;
    std::string value;  // the transport drops CR, LF and other control characters
};

struct Reply {
    int status = 200;
    std::string content_type;  // empty: no body
    std::string body;
    std::vector<Header> headers;

    Reply& with(std::string name, std::string value) {
        headers.push_back({std::move(name), std::move(value)});
        return *this;
    }
    // The first header of that name (as written by the maker), or an empty view.
    std::string_view header(std::string_view name) const {
        for (const Header& each : headers) {
            if (each.name == name) return each.value;
        }
        return {};
    }
};

inline Reply json_reply(int status, std::string body) {
    return {.status = status, .content_type = "application/json", .body = std::move(body), .headers = {}};
}

inline Reply text_reply(std::string body) {
    return {.status = 200, .content_type = "text/plain; charset=utf-8", .body = std::move(body), .headers = {}};
}

inline Reply empty_reply() {
    return {.status = 204, .content_type = {}, .body = {}, .headers = {}};
}

}  // namespace billet::fcgi
