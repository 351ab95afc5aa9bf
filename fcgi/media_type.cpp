// fcgi/media_type.cpp — Comparing a Content-Type.
#include "fcgi/media_type.h"

#include <strings.h>

#include <algorithm>

#include "lib/base/text.h"

namespace billet::fcgi {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && strncasecmp(one.data(), other.data(), one.size()) == 0;
}

// Parameters other than the charset mean nothing to JSON (RFC 8259, section 11).
bool names_no_other_charset(std::string_view parameter) {
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (!same(trimmed(parameter.substr(0, equals)), "charset")) return true;
    const std::string_view charset = trimmed(parameter.substr(std::min(equals + 1, parameter.size())));
    return same(charset, "utf-8") || same(charset, "\"utf-8\"");
}

}  // namespace

bool is_identity(std::string_view content_encoding) {
    const auto codings = split(content_encoding, ',');
    return std::ranges::all_of(
        codings, [](std::string_view coding) { return trimmed(coding).empty() || same(trimmed(coding), "identity"); });
}

bool is_json_utf8(std::string_view content_type) {
    const auto parts = split(content_type, ';');
    if (!same(trimmed(parts[0]), "application/json")) return false;
    return std::all_of(parts.begin() + 1, parts.end(), names_no_other_charset);
}

}  // namespace billet::fcgi
