// lib/fastcgi/records.h — FastCGI's records, streams and name-value pairs as bytes, both ways.
//
//     record = version(1) type(1) request id(2) content length(2) padding length(1) reserved(1)
//     content padding stream = *record record(empty)      all of one type and one request
//     pair   = length length name value   a length is one byte below 128, else four with the top
//     bit set
//
// Numbers are big-endian. Requests have ids above 0; records of request 0 are management, about the
// connection itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billet::fastcgi {

enum class Type : unsigned char {
    kBeginRequest = 1,
    kEndRequest = 3,
    kParams = 4,
    kStdin = 5,
    kStdout = 6,
    kStderr = 7,
    kValuesResult = 10,
};

inline constexpr unsigned char kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 8;
inline constexpr std::size_t kContentMax = 65535;
inline constexpr std::size_t kManagementId = 0;
inline constexpr std::size_t kBodyBytes = 8;  // of BEGIN_REQUEST and of END_REQUEST
inline constexpr char kResponder = 1;         // the role, in BEGIN_REQUEST
inline constexpr char kKeepConnection = 1;    // the flag, in BEGIN_REQUEST

struct Record {
    Type type{};  // of a peer: any byte
    std::size_t request_id = kManagementId;
    std::string_view content;
};

enum class Next { kRecord, kIncomplete, kMalformed };

// Takes the next record off `bytes`; `record` points into them. kIncomplete: type and request are
// told as soon as the header is there, else they are as before. kMalformed: another version.
Next next_record(std::string_view& bytes, Record& record);

// `content`: at most kContentMax bytes. No padding.
void append_record(std::string& out, Type type, std::size_t request_id, std::string_view content);
// Content of any length as one whole stream.
void append_stream(std::string& out, Type type, std::size_t request_id, std::string_view content);

using Pair = std::pair<std::string_view, std::string_view>;  // name, value

// Takes the next pair off `bytes`; nullopt when it does not lie inside them.
std::optional<Pair> next_pair(std::string_view& bytes);
void append_pair(std::string& out, const Pair& pair);

}  // namespace billet::fastcgi
