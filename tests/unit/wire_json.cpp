// tests/unit/wire_json.cpp — Every rule of the strict JSON reader, as tables of texts.
#include "lib/wire/json.h"

#include <cstdint>
#include <string>
#include <vector>

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wire;
using namespace std::string_literals;

namespace {

struct Case {
    const char* what;
    std::string text;
};

std::string repeat(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

std::string nested(std::size_t depth) {
    return repeat("[", depth) + repeat("]", depth);
}

}  // namespace

TEST_GROUP(JsonReader) {
    Result<Json> parse(const std::string& text, const JsonLimits& limits = {}) {
        return parse_json(text, limits);
    }

    void refuses(const Case& bad, Code code = Code::kBadJson, const JsonLimits& limits = {}) {
        auto json = parse(bad.text, limits);
        CHECK_FALSE_TEXT(json.ok(), bad.what);
        if (!json.ok()) CHECK_TRUE_TEXT(json.error().code == code, bad.what);
    }
    void accepts(const Case& good, const JsonLimits& limits = {}) {
        CHECK_TRUE_TEXT(parse(good.text, limits).ok(), good.what);
    }
    void reads_integer(const std::string& text, std::int64_t expected) {
        auto json = parse(text);
        CHECK_TRUE_TEXT(json.ok(), text.c_str());
        CHECK_TRUE_TEXT(json->kind == JsonKind::kInteger, text.c_str());
        CHECK_EQUAL_TEXT(expected, json->integer, text.c_str());
    }
};

TEST(JsonReader, KeepsEveryKindOfValueInItsOrder) {
    auto json = parse(R"({"z":"text","a":[1,null,true,{}],"m":{"x":-7}})");

    CHECK_TRUE(json.ok());
    CHECK_EQUAL(3U, json->members.size());
    STRCMP_EQUAL("z", json->members[0].name.c_str());
    STRCMP_EQUAL("a", json->members[1].name.c_str());
    STRCMP_EQUAL("text", json->find("z")->text.c_str());
    const Json* list = json->find("a");
    CHECK_EQUAL(4U, list->items.size());
    CHECK_TRUE(list->items[0].kind == JsonKind::kInteger && list->items[0].integer == 1);
    CHECK_TRUE(list->items[1].kind == JsonKind::kNull);
    CHECK_TRUE(list->items[2].kind == JsonKind::kBool && list->items[2].boolean);
    CHECK_TRUE(list->items[3].kind == JsonKind::kObject && list->items[3].members.empty());
    CHECK_EQUAL(-7, json->find("m")->find("x")->integer);
    POINTERS_EQUAL(nullptr, json->find("missing"));
    POINTERS_EQUAL(nullptr, list->find("x"));
}

TEST(JsonReader, TakesWhiteSpaceAroundTheValueAndNothingElse) {
    accepts({"white space around", " \t\r\n{ \"a\" : [ 1 , 2 ] } \n"});
    for (const Case& bad : std::vector<Case>{
             {"nothing", ""},
             {"only white space", "  \n"},
             {"a second value", "{} {}"},
             {"trailing text", "{}x"},
             {"a trailing comma after all", "{},"},
             {"text before", "x{}"},
             {"a non-breaking space", "{}\xC2\xA0"},
             {"a form feed", "\f{}"},
         }) {
        refuses(bad);
    }
}

TEST(JsonReader, RefusesWhatIsNoJson) {
    for (const Case& bad : std::vector<Case>{
             {"an open object", "{"},
             {"an open array", "[1"},
             {"an open string", "\"abc"},
             {"a wrong bracket", "[1}"},
             {"a trailing comma in an array", "[1,]"},
             {"a trailing comma in an object", R"({"a":1,})"},
             {"a missing comma", "[1 2]"},
             {"a missing colon", R"({"a" 1})"},
             {"a missing value", R"({"a":})"},
             {"a key without quotes", "{a:1}"},
             {"a key in single quotes", "{'a':1}"},
             {"a number as key", "{1:1}"},
             {"a comment", "{}//"},
             {"a comment inside", "{/**/}"},
             {"a capital literal", "True"},
             {"a cut literal", "nul"},
             {"a longer literal", "nulll"},
             {"undefined", "undefined"},
             {"an unknown escape", R"("\x41")"},
             {"a cut escape", R"("\u12")"},
             {"an escape that is no hex", R"("\u12G4")"},
             {"a raw line break in a string", "\"a\nb\""},
             {"a raw tab in a string", "\"a\tb\""},
             {"a raw control character in a string", "\"a\x01\""},
         }) {
        refuses(bad);
    }
}

TEST(JsonReader, TakesIntegersOf64BitsOnly) {
    reads_integer("0", 0);
    reads_integer("-0", 0);
    reads_integer("-1", -1);
    reads_integer("9007199254740991", 9007199254740991);
    reads_integer("9223372036854775807", INT64_MAX);
    reads_integer("-9223372036854775808", INT64_MIN);
    for (const Case& bad : std::vector<Case>{
             {"2^63", "9223372036854775808"},
             {"2^64", "18446744073709551616"},
             {"below the least", "-9223372036854775809"},
             {"a fraction of nothing", "1.0"},
             {"a fraction", "1.5"},
             {"an exponent", "1e3"},
             {"a capital exponent", "1E3"},
             {"a negative exponent", "1e-3"},
             {"zero with an exponent", "0e1"},
             {"a leading zero", "01"},
             {"a negative leading zero", "-01"},
             {"a leading plus", "+1"},
             {"a lone minus", "-"},
             {"a lone point", "."},
             {"a leading point", ".5"},
             {"a trailing point", "1."},
             {"hex", "0x10"},
             {"NaN", "NaN"},
             {"Infinity", "Infinity"},
             {"minus Infinity", "-Infinity"},
             {"a fraction with an exponent", "1.5e2"},
             {"an exponent inside", R"({"a":[1e1]})"},
             {"forty digits", repeat("9", 40)},
         }) {
        refuses(bad);
    }
}

TEST(JsonReader, RefusesNulRawAndEscapedInKeysAndTexts) {
    for (const Case& bad : std::vector<Case>{
             {"a NUL byte behind the value", "{}\0"s},
             {"a NUL byte and more", "{}\0{\"a\":1}"s},
             {"a NUL byte in a text", "\"a\0b\""s},
             {"a NUL byte alone", "\0"s},
             {"an escaped NUL", R"("a\u0000b")"},
             {"an escaped NUL in a key", R"({"a\u0000":1})"},
         }) {
        refuses(bad);
    }
}

TEST(JsonReader, RefusesByteOrderMarksAndOtherEncodings) {
    for (const Case& bad : std::vector<Case>{
             {"a byte order mark", "\xEF\xBB\xBF{}"},
             {"UTF-16", "{\0}\0"s},
             {"UTF-16 with its mark", "\xFF\xFE{\0}\0"s},
             {"UTF-32 with its mark", "\xFF\xFE\0\0{\0\0\0"s},
             {"Latin-1", "\"\xE9\""},
             {"a stray continuation byte", "\"\x80\""},
             {"a cut sequence", "\"\xE2\x82\""},
             {"an overlong slash", "\"\xC0\xAF\""},
             {"an overlong NUL", "\"\xC0\x80\""},
             {"a surrogate in UTF-8", "\"\xED\xA0\x80\""},
             {"above U+10FFFF", "\"\xF4\x90\x80\x80\""},
             {"bad UTF-8 in a key", "{\"\xFF\":1}"},
             {"bad UTF-8 outside of texts", "[1,\xFF]"},
         }) {
        refuses(bad);
    }
    accepts({"U+FEFF inside a text", "\"a\xEF\xBB\xBF\""});
}

TEST(JsonReader, RefusesLoneSurrogates) {
    for (const Case& bad : std::vector<Case>{
             {"a high one alone", R"("\uD800")"},
             {"a low one alone", R"("\uDC00")"},
             {"a low one amid text", R"("a\uDFFFb")"},
             {"in the wrong order", R"("\uDC00\uD800")"},
             {"two high ones", R"("\uD800\uD800")"},
             {"a high one and a letter", R"("\uD800a")"},
             {"a high one and another escape", R"("\uD800\n")"},
             {"a low one in a key", R"({"\uDC00":1})"},
         }) {
        refuses(bad);
    }
    STRCMP_EQUAL("\xF0\x9F\x98\x80", parse(R"("\uD83D\uDE00")")->text.c_str());
}

TEST(JsonReader, DecodesEscapes) {
    auto json = parse(R"("\"\\\/\b\f\n\r\t\u00e9\u20AC")");

    CHECK_TRUE(json.ok());
    STRCMP_EQUAL("\"\\/\b\f\n\r\t\xC3\xA9\xE2\x82\xAC", json->text.c_str());
}

TEST(JsonReader, RefusesDuplicateKeysAtAnyDepth) {
    for (const Case& bad : std::vector<Case>{
             {"twice", R"({"a":1,"a":1})"},
             {"far apart", R"({"a":1,"b":2,"c":3,"a":null})"},
             {"deeper", R"([{"x":{"a":1,"a":2}}])"},
             {"spelt in two ways", R"({"a":1,"\u0061":2})"},
             {"empty ones", R"({"":1,"":2})"},
         }) {
        refuses(bad);
    }
    accepts({"the same key in two objects", R"({"a":{"a":1},"b":{"a":1}})"});
    accepts({"keys that differ in case", R"({"a":1,"A":2})"});
}

TEST(JsonReader, TakesTheDepthThatIsAllowedAndNoMore) {
    accepts({"16 deep", nested(16)});
    refuses({"17 deep", nested(17)});
    refuses({"17 deep in objects", repeat(R"({"a":)", 17) + "1" + repeat("}", 17)});
    accepts({"siblings are not depth", "[" + repeat("[],", 100) + "[]]"});
    refuses({"17 open brackets", repeat("[", 17)});
    refuses({"17 open objects", repeat(R"({"a":)", 17)});
    const JsonLimits flat{.bytes_max = 10'000'000, .depth_max = 1, .values_max = 10'000'000};
    accepts({"as deep as other limits allow", "[]"}, flat);
    refuses({"deeper, however wide the others are", "[[]]"}, Code::kBadJson, flat);
}

TEST(JsonReader, CountsValuesOfEveryKind) {
    accepts({"an array of 255", "[" + repeat("0,", 254) + "0]"});
    refuses({"an array of 256 and itself", "[" + repeat("0,", 255) + "0]"});
    refuses({"empty arrays", "[" + repeat("[],", 255) + "[]]"});
    std::string members;
    for (int i = 0; i < 256; ++i) members += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":{}";
    refuses({"members", "{" + members + "}"});
}

TEST(JsonReader, CountsBytesBeforeItLooks) {
    const JsonLimits limits{.bytes_max = 8};
    accepts({"8 bytes", "[1,2,34]"}, limits);
    refuses({"9 bytes", "[1,2,345]"}, Code::kTooLarge, limits);
    refuses({"9 bytes of nothing", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"}, Code::kTooLarge, limits);
}

TEST(JsonReader, BigObjectsDoNotCostTheSquareOfTheirKeys) {
    std::string members;
    for (int i = 0; i < 200'000; ++i) members += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    auto json = parse("{" + members + "}", {.bytes_max = 10'000'000, .depth_max = 16, .values_max = 300'000});

    CHECK_TRUE(json.ok());
    CHECK_EQUAL(200'000U, json->members.size());
}
