// tests/support/http.h — A small HTTP client on libcurl, for tests: one connection kept, one
// request at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/wire/json.h"

namespace billet::tests {

struct HttpReply {
    int status = 0;                              // 0: no answer (refused, cut, or out of time)
    std::map<std::string, std::string> headers;  // names in lower case; the last of equal names
    std::string body;

    std::string header(const std::string& name) const;
    // The body as JSON; a null value when it is none.
    wire::Json json() const;
    // Member of an object body; 0 or "" when it is missing or of another kind.
    std::uint64_t number(std::string_view member) const;
    std::string text(std::string_view member) const;
};

struct HttpRequest {
    std::string method = "GET";
    std::string path;
    std::string token;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::string> headers;  // "Name: value"
    long timeout_ms = 20000;
};

// Not thread-safe: one per thread.
class Http {
public:
    // `base_url` as of the stack under test unless given; `unix:` and a path for a unix socket.
    explicit Http(std::string base_url = {});
    ~Http();
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

    HttpReply send(const HttpRequest& request);

    HttpReply get(const std::string& path, const std::string& token = {});
    HttpReply post(const std::string& path, const std::string& token, const std::string& body);
    HttpReply put(const std::string& path, const std::string& token, const std::string& body = {});
    HttpReply patch(const std::string& path, const std::string& token, const std::string& body);
    HttpReply del(const std::string& path, const std::string& token);

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
    std::string base_url_;
};

// Members of parsed JSON; a missing one gives 0, "" or a null value.
std::uint64_t number_of(const wire::Json& object, std::string_view member);
std::string text_of(const wire::Json& object, std::string_view member);
const wire::Json& member_of(const wire::Json& object, std::string_view member);

// Parses with limits wide enough for every reply.
wire::Json parse_any(std::string_view text);

// `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);

}  // namespace billet::tests
