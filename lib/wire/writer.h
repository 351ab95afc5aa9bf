// lib/wire/writer.h — The JSON writer of this folder: RapidJSON's, with typed members.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/wire/rapidjson.h"

namespace billet::wire {

class JsonWriter {
public:
    void begin_object() { check(writer_.StartObject()); }
    void end_object() { check(writer_.EndObject()); }
    void begin_array() { check(writer_.StartArray()); }
    void end_array() { check(writer_.EndArray()); }
    void key(std::string_view name) { check(writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()))); }

    void text(std::string_view value) {
        check(writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())));
    }
    void number(std::uint64_t value) { check(writer_.Uint64(value)); }
    void null() { check(writer_.Null()); }
    // JSON text as it is.
    void raw(std::string_view json) { check(writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType)); }

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
        check(writer_.Int64(value));
    }
    void member(std::string_view name, bool value) {
        key(name);
        check(writer_.Bool(value));
    }
    void member(std::string_view name, Time value) { member(name, to_rfc3339(value)); }
    void raw_member(std::string_view name, std::string_view json) {
        key(name);
        raw(json);
    }

    std::string take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator,
                      rapidjson::kWriteValidateEncodingFlag>
        writer_{buffer_};

    // Everything that is written was checked when it came in; a failure is a bug.
    static void check([[maybe_unused]] bool written) { assert(written); }
};

}  // namespace billet::wire
