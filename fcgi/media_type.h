// fcgi/media_type.h — Is a body what the contract wants it to be?
#pragma once

#include <string_view>

namespace billet::fcgi {

// `application/json`, in any case, with no parameter but an optional charset=utf-8 (bare or
// quoted).
bool is_json_utf8(std::string_view content_type);

// The body is sent as it is: no coding is named but `identity`, in any case, alone or in a list;
// nothing names nothing.
bool is_identity(std::string_view content_encoding);

}  // namespace billet::fcgi
