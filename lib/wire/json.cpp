// lib/wire/json.cpp — Checks before RapidJSON, a SAX handler that builds the tree, checks after it.
#include "lib/wire/json.h"

#include <charconv>
#include <unordered_set>

#include "lib/base/text.h"
#include "lib/wire/rapidjson.h"

namespace billet::wire {
namespace {

// RapidJSON 1.1.0 crashes on some numbers, follows deep nesting on the stack, and accepts a BOM,
// NUL bytes, duplicate keys and lone low surrogates: numbers arrive as text, parsing is iterative,
// depth and values are counted, and the rest is checked here.
constexpr unsigned kFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

class TreeBuilder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, TreeBuilder> {
public:
    explicit TreeBuilder(const JsonLimits& limits) : limits_(limits) {}

    Json take_root() { return std::move(root_); }
    const char* refusal() const { return refusal_; }

    bool Null() { return add(Json{}); }
    bool Bool(bool value) {
        Json json;
        json.kind = JsonKind::kBool;
        json.boolean = value;
        return add(std::move(json));
    }
    bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        Json json;
        json.kind = JsonKind::kInteger;
        const auto [end, error] = std::from_chars(text, text + length, json.integer);
        if (error != std::errc{} || end != text + length) return refuse("a number that is no integer in range");
        return add(std::move(json));
    }
    bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        Json json;
        json.kind = JsonKind::kString;
        json.text.assign(text, length);
        return is_sound(json.text) && add(std::move(json));
    }
    bool StartObject() { return open(JsonKind::kObject); }
    bool EndObject(rapidjson::SizeType /*count*/) { return close(); }
    bool StartArray() { return open(JsonKind::kArray); }
    bool EndArray(rapidjson::SizeType /*count*/) { return close(); }
    bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        Level& level = levels_.back();
        level.key.assign(text, length);
        if (!is_sound(level.key)) return false;
        return level.keys.insert(level.key).second || refuse("a duplicate key");
    }

private:
    struct Level {
        Json json;
        std::string key;  // of the member that comes next
        std::unordered_set<std::string> keys;
    };

    const JsonLimits& limits_;
    std::vector<Level> levels_;  // the open objects and arrays
    Json root_;
    std::size_t values_ = 0;
    const char* refusal_ = nullptr;

    bool refuse(const char* why) {
        refusal_ = why;
        return false;
    }
    bool is_sound(const std::string& text) {
        if (text.find('\0') != std::string::npos) return refuse("a NUL character");
        return is_utf8(text) || refuse("a string that is no UTF-8");
    }
    bool add(Json json) {
        if (++values_ > limits_.values_max) return refuse("too many values");
        place(std::move(json));
        return true;
    }
    void place(Json json) {
        if (levels_.empty()) {
            root_ = std::move(json);
        } else if (levels_.back().json.kind == JsonKind::kObject) {
            levels_.back().json.members.push_back({std::move(levels_.back().key), std::move(json)});
        } else {
            levels_.back().json.items.push_back(std::move(json));
        }
    }
    bool open(JsonKind kind) {
        if (levels_.size() == limits_.depth_max) return refuse("too deep");
        if (++values_ > limits_.values_max) return refuse("too many values");
        levels_.emplace_back();
        levels_.back().json.kind = kind;
        return true;
    }
    bool close() {
        Json done = std::move(levels_.back().json);
        levels_.pop_back();
        place(std::move(done));
        return true;
    }
};

Error bad_json(const char* why) {
    return make_error(Code::kBadJson, why);
}

}  // namespace

const Json* Json::find(std::string_view name) const {
    for (const auto& [key, value] : members) {
        if (key == name) return &value;
    }
    return nullptr;
}

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) return make_error(Code::kTooLarge, "JSON text");
    if (text.find('\0') != std::string_view::npos) return bad_json("a NUL byte");
    if (text.starts_with("\xEF\xBB\xBF")) return bad_json("a byte order mark");
    if (!is_utf8(text)) return bad_json("no UTF-8");

    TreeBuilder builder(limits);
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, builder);
    if (builder.refusal() != nullptr) return bad_json(builder.refusal());
    if (parsed.IsError()) return bad_json(rapidjson::GetParseError_En(parsed.Code()));
    return builder.take_root();
}

}  // namespace billet::wire
