// tests/support/http.cpp — libcurl's easy interface behind values.
#include "tests/support/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <mutex>

#include "tests/support/stack.h"

namespace billet::tests {
namespace {

const wire::Json kNothing;
constexpr std::string_view kUnix = "unix:";

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* reply) {
    static_cast<HttpReply*>(reply)->body.append(data, size * count);
    return size * count;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* reply) {
    const std::string_view line(data, size * count);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size * count;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front())) != 0) value.remove_prefix(1);
    while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back())) != 0) value.remove_suffix(1);
    static_cast<HttpReply*>(reply)->headers[lower(std::string(line.substr(0, colon)))] = value;
    return size * count;
}

void start_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct HeaderList {
    curl_slist* list = nullptr;

    HeaderList() = default;
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    ~HeaderList() { curl_slist_free_all(list); }
    void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

void fill(HeaderList& headers, const HttpRequest& request) {
    headers.add("Expect:");
    headers.add(request.body.empty() || request.content_type.empty() ? "Content-Type:"
                                                                     : "Content-Type: " + request.content_type);
    if (!request.token.empty()) headers.add("Authorization: Bearer " + request.token);
    for (const std::string& line : request.headers) headers.add(line);
}

}  // namespace

std::string HttpReply::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
}

wire::Json HttpReply::json() const {
    return parse_any(body);
}

std::uint64_t HttpReply::number(std::string_view member) const {
    return number_of(json(), member);
}

std::string HttpReply::text(std::string_view member) const {
    return text_of(json(), member);
}

struct Http::Handle {
    CURL* curl = nullptr;
};

Http::Http(std::string base_url)
    : handle_(std::make_unique<Handle>()), base_url_(base_url.empty() ? stack().base_url : std::move(base_url)) {
    start_curl();
    handle_->curl = curl_easy_init();
}

Http::~Http() {
    curl_easy_cleanup(handle_->curl);
}

HttpReply Http::send(const HttpRequest& request) {
    HttpReply reply;
    CURL* curl = handle_->curl;
    curl_easy_reset(curl);
    HeaderList headers;
    fill(headers, request);
    const bool is_unix = base_url_.starts_with(kUnix);
    const std::string url = (is_unix ? "http://localhost" : base_url_) + request.path;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    if (is_unix) curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, base_url_.c_str() + kUnix.size());
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request.timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply);
    if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (!request.body.empty() || request.method == "POST") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    }
    if (curl_easy_perform(curl) != CURLE_OK) return {};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    return reply;
}

HttpReply Http::get(const std::string& path, const std::string& token) {
    return send({.path = path, .token = token, .body = {}, .headers = {}});
}

HttpReply Http::post(const std::string& path, const std::string& token, const std::string& body) {
    return send({.method = "POST", .path = path, .token = token, .body = body, .headers = {}});
}

HttpReply Http::put(const std::string& path, const std::string& token, const std::string& body) {
    return send({.method = "PUT", .path = path, .token = token, .body = body, .headers = {}});
}

HttpReply Http::patch(const std::string& path, const std::string& token, const std::string& body) {
    return send({.method = "PATCH", .path = path, .token = token, .body = body, .headers = {}});
}

HttpReply Http::del(const std::string& path, const std::string& token) {
    return send({.method = "DELETE", .path = path, .token = token, .body = {}, .headers = {}});
}

std::uint64_t number_of(const wire::Json& object, std::string_view member) {
    const wire::Json& found = member_of(object, member);
    return found.kind == wire::JsonKind::kInteger ? static_cast<std::uint64_t>(found.integer) : 0;
}

std::string text_of(const wire::Json& object, std::string_view member) {
    return member_of(object, member).text;
}

const wire::Json& member_of(const wire::Json& object, std::string_view member) {
    const wire::Json* found = object.find(member);
    return found == nullptr ? kNothing : *found;
}

wire::Json parse_any(std::string_view text) {
    auto parsed = wire::parse_json(
        text, {.bytes_max = std::size_t{64} << 20U, .depth_max = 16, .values_max = std::size_t{1} << 20U});
    return parsed ? std::move(parsed).value() : wire::Json{};
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

}  // namespace billet::tests
