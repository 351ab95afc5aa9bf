// lib/wire/writer.h — The JSON writer of this folder: RapidJSON's, with typed members, into one
// text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/clock.h"
#include "lib/wire/rapidjson.h"

namespace billet::wire {

// Adds `value` as a JSON string. Its bytes are taken as they are: whoever stores or sends a text
// has had it checked for UTF-8 when it came in.
void append_json_string(std::string& text, std::string_view value);

// RapidJSON's output stream.
struct JsonText {
    using Ch = char;

    std::string text;

    void Put(char c) { text.push_back(c); }
    void Flush() {}
};

// RapidJSON keeps the structure; texts are added by runs, where it would go byte by byte.
class JsonStructure : public rapidjson::Writer<JsonText> {
public:
    using Writer::Writer;

    // A string whose quoted form is what `append(std::string&)` adds.
    template <typename Append>
    void string(Append append) {
        Prefix(rapidjson::kStringType);
        append(os_->text);
        EndValue(true);
    }
    // JSON text as it is.
    void raw(std::string_view json) {
        Prefix(rapidjson::kObjectType);
        os_->text += json;
        EndValue(true);
    }
};

class JsonWriter {
public:
    // What is written is added to `text`.
    explicit JsonWriter(std::string text = {}) : out_{std::move(text)} {}
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;

    void begin_object() { writer_.StartObject(); }
    void end_object() { writer_.EndObject(); }
    void begin_array() { writer_.StartArray(); }
    void end_array() { writer_.EndArray(); }
    // `name` has nothing that JSON escapes.
    void key(std::string_view name) {
        writer_.string([&](std::string& text) { text.append(1, '"').append(name).append(1, '"'); });
    }

    void text(std::string_view value) {
        writer_.string([&](std::string& text) { append_json_string(text, value); });
    }
    void number(std::uint64_t value) { writer_.Uint64(value); }
    void null() { writer_.Null(); }
    // JSON text as it is.
    void raw(std::string_view json) { writer_.raw(json); }

    void member(std::string_view name, std::string_view value) {
        key(name);
        text(value);
    }
    void member(std::string_view name, const char* value) { member(name, std::string_view(value)); }
    void member(std::string_view name, const std::string& value) { member(name, std::string_view(value)); }
    void member(std::string_view name, std::uint64_t value) {
        key(name);
        number(value);
    }
    void member(std::string_view name, std::int64_t value) {
        key(name);
        writer_.Int64(value);
    }
    void member(std::string_view name, bool value) {
        key(name);
        writer_.Bool(value);
    }
    void member(std::string_view name, Time value) {
        key(name);
        writer_.string([&](std::string& text) {
            text += '"';
            append_rfc3339(text, value);
            text += '"';
        });
    }
    void raw_member(std::string_view name, std::string_view json) {
        key(name);
        raw(json);
    }

    std::string take() { return std::move(out_.text); }

private:
    JsonText out_;
    JsonStructure writer_{out_};
};

}  // namespace billet::wire
