// fcgi/media_type.cpp — Comparing a Content-Type.
#include "fcgi/media_type.h"

#include <strings.h>

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

}  // namespace

bool is_json_utf8(std::string_view content_type) {
    const auto parts = split(content_type, ';');
    if (!same(trimmed(parts[0]), "application/json")) return false;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string_view parameter = trimmed(parts[i]);
        if (!parameter.empty() && !same(parameter, "charset=utf-8") && !same(parameter, "charset=\"utf-8\""))
            return false;
    }
    return true;
}

}  // namespace billet::fcgi
