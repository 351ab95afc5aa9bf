// fcgi/transport.cpp — Reading parameters and bodies, writing CGI replies.
#include "fcgi/transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>

#include "lib/base/text.h"
#include "lib/fastcgi/reply.h"
#include "lib/wire/internal.h"
#include "lib/wire/objects.h"

namespace billet::fcgi {
namespace {

constexpr std::size_t kCauseBytesMax = 64;

struct Parameters {
    Request request;
    std::string content_length;
    std::string uri;
    int authorizations = 0;
};

void take_parameter(Parameters& all, std::string_view name, std::string_view value) {
    namespace parameter = wire::parameter;
    Request& request = all.request;
    if (name == parameter::kMethod) {
        request.method = value;
    } else if (name == parameter::kUri) {
        all.uri = value;
    } else if (name == parameter::kQuery) {
        request.query = value;
    } else if (name == parameter::kContentType) {
        request.content_type = value;
    } else if (name == parameter::kContentEncoding) {
        request.content_encoding.append(request.content_encoding.empty() ? "" : ",").append(value);
    } else if (name == parameter::kContentLength) {
        all.content_length = value;
    } else if (name == parameter::kAddress) {
        request.remote_address = value;
    } else if (name == parameter::kAuthorization) {
        request.authorization = ++all.authorizations == 1 ? value : std::string_view{};
    } else if (name == parameter::kIdempotencyKey) {
        if (++request.idempotency_keys == 1) request.idempotency_key = value;
    } else if (name == parameter::kRequestId) {
        request.request_id = value;
    } else if (name == parameter::kCause) {
        request.cause = value;
    }
}

bool is_cause(std::string_view text) {
    return text.size() <= kCauseBytesMax && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

Parameters read_parameters(FCGX_ParamArray environment, Peer peer) {
    Parameters all;
    all.request.from_wsd = peer == Peer::kWsd;
    for (char** entry = environment; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) take_parameter(all, text.substr(0, equals), text.substr(equals + 1));
    }
    Request& request = all.request;
    const std::size_t mark = all.uri.find('?');
    request.path = all.uri.substr(0, mark);
    if (request.query.empty() && mark != std::string::npos) request.query = all.uri.substr(mark + 1);
    if (!request.from_wsd || !is_cause(request.cause)) request.cause.clear();
    // wsd sends the parameter even when there is no header; nginx only when there is one.
    if (request.from_wsd && request.idempotency_keys == 1 && request.idempotency_key.empty())
        request.idempotency_keys = 0;
    return all;
}

struct DeclaredLength {
    bool valid = true;
    std::optional<std::size_t> bytes;  // nullopt: not declared
};

DeclaredLength parse_length(std::string_view text) {
    if (text.empty()) return {};
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return {false, std::nullopt};
    const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
    const auto number = parse_number(text.substr(first), std::numeric_limits<std::uint64_t>::max());
    return {true, number.value_or(std::numeric_limits<std::size_t>::max())};
}

// The body is what the records held; a CONTENT_LENGTH, when there is one, must say the same.
bool read_body(Request& request, FCGX_Stream* in, std::string_view content_length, std::size_t bytes) {
    request.body.resize(bytes);
    if (bytes != 0 && FCGX_GetStr(request.body.data(), static_cast<int>(bytes), in) != static_cast<int>(bytes))
        return false;
    if (FCGX_GetChar(in) != EOF || FCGX_GetError(in) != 0) return false;
    const DeclaredLength declared = parse_length(content_length);
    if (declared.valid && declared.bytes.value_or(bytes) == bytes) return true;
    request.body_state = BodyState::kBadLength;
    request.body.clear();
    return true;
}

std::string cgi_text(const Reply& reply, bool head_only) {
    std::string text;
    text.reserve(512 + (head_only ? 0 : reply.body.size()));
    fastcgi::append_header(text, "Status", std::to_string(reply.status) + " " + std::string(http_title(reply.status)));
    for (const Header& header : reply.headers) fastcgi::append_header(text, header.name, header.value);
    if (!reply.content_type.empty()) {
        fastcgi::append_header(text, "Content-Type", reply.content_type);
        fastcgi::append_header(text, "Content-Length", std::to_string(reply.body.size()));
    }
    text += "\r\n";
    if (!head_only) text += reply.body;
    return text;
}

}  // namespace

std::optional<Request> read_request(FCGX_Request& fcgi, const fastcgi::RecordCheck& check, Peer peer) {
    if (FCGX_GetError(fcgi.in) != 0) return std::nullopt;
    Parameters parameters = read_parameters(fcgi.envp, peer);
    Request& request = parameters.request;
    if (check.records == fastcgi::Records::kBodyTooLarge) {
        request.body_state = BodyState::kTooLarge;
    } else if (!read_body(request, fcgi.in, parameters.content_length, check.body_bytes)) {
        return std::nullopt;
    }
    return std::move(request);
}

// Header and body go into libfcgi's buffer as one piece: below 8 KiB they leave in one write
// together with the end records.
void write_reply(FCGX_Request& fcgi, const Reply& reply, bool head_only) {
    const std::string text = cgi_text(reply, head_only);
    FCGX_PutStr(text.data(), static_cast<int>(text.size()), fcgi.out);
}

// libfcgi, which ends a request in its own way, is not asked here.
bool write_last_reply(const FCGX_Request& fcgi, const Reply& reply, bool head_only) {
    const std::string records =
        fastcgi::encode_last_reply(static_cast<std::size_t>(fcgi.requestId), cgi_text(reply, head_only));
    for (std::size_t sent = 0; sent < records.size();) {
        const ssize_t count = send(fcgi.ipcFd, records.data() + sent, records.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

}  // namespace billet::fcgi
