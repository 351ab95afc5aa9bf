// tests/fuzz/json_reader.cpp — Any bytes: the strict reader neither crashes nor accepts what it
// must refuse.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/base/text.h"
#include "lib/wire/json.h"

namespace {

using billet::wire::Json;
using billet::wire::JsonKind;

void must(bool holds) {
    if (!holds) std::abort();
}

void check_text(const std::string& text) {
    must(billet::is_utf8(text));
    must(text.find('\0') == std::string::npos);
}

// Returns the number of values.
std::size_t check(const Json& json, std::size_t depth, const billet::wire::JsonLimits& limits) {
    const bool is_container = json.kind == JsonKind::kArray || json.kind == JsonKind::kObject;
    must(!is_container || depth < limits.depth_max);
    check_text(json.text);
    std::size_t values = 1;
    for (const Json& item : json.items) values += check(item, depth + 1, limits);
    for (const auto& [key, value] : json.members) {
        check_text(key);
        must(json.find(key) == &value);  // the only one of that name
        values += check(value, depth + 1, limits);
    }
    return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const billet::wire::JsonLimits limits;
    const auto json = billet::wire::parse_json(text, limits);
    if (json.ok()) {
        must(size <= limits.bytes_max);
        must(text.find('\0') == std::string_view::npos);
        must(check(*json, 0, limits) <= limits.values_max);
    }
    return 0;
}
