// lib/wire/json.h — The strict JSON reader: the only door by which foreign JSON enters, and the
// only caller of RapidJSON's reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace billet::wire {

enum class JsonKind { kNull, kBool, kInteger, kString, kArray, kObject };

struct JsonMember;

// A parsed document. Numbers are integers in the range of int64; everything else was refused.
struct Json {
    JsonKind kind = JsonKind::kNull;
    bool boolean = false;
    std::int64_t integer = 0;
    std::string text;                 // kString: well-formed UTF-8 without NUL
    std::vector<Json> items;          // kArray
    std::vector<JsonMember> members;  // kObject, in order, keys are unique

    // The member of that name, or nullptr (also when this is no object).
    const Json* find(std::string_view name) const;
};

// A struct and no std::pair: clang 14 cannot make a pair of a type that is still incomplete.
struct JsonMember {
    std::string name;
    Json value;
};

struct JsonLimits {
    std::size_t bytes_max = 65536;
    std::size_t depth_max = 16;    // objects and arrays inside one another
    std::size_t values_max = 256;  // of every kind, members and items included
};

// Errors: kTooLarge (bytes_max); kBadJson for everything else: syntax, trailing text, depth, number
// of values, a BOM, a NUL byte (also escaped), duplicate keys, bad UTF-8, a lone surrogate, a
// number that is no integer or out of range.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits);

}  // namespace billet::wire
