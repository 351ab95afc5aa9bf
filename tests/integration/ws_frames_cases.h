// tests/integration/ws_frames_cases.h — Handshakes, frames and texts that no honest client sends,
// and how each must end.
#pragma once

#include <string>
#include <vector>

#include "tests/support/live_client.h"
#include "tests/support/websocket.h"

namespace billet::tests {

inline std::string text_frame(const std::string& text) {
    return frame_bytes(text);
}

inline std::string frame_of(const std::string& payload, int opcode, bool final = true) {
    return frame_bytes(payload, {.opcode = opcode, .final = final});
}

inline std::string fragments(int count, const std::string& each) {
    std::string all;
    for (int i = 0; i < count; ++i) all += frame_of(each, i == 0 ? kOpText : kOpContinuation, i == count - 1);
    return all;
}

// A frame that changes nothing and is answered by nothing, as long as wanted.
inline std::string pong_of(std::size_t bytes) {
    const std::string pong = R"({"type":"pong"})";
    return pong + std::string(bytes - pong.size(), ' ');
}

inline std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// How a case ends.
inline constexpr int kEndsSomehow = -1;  // closed with any code, or cut
inline constexpr int kAnyEnd = -2;       // it may also go on
inline constexpr int kGoesOn = 0;

struct BytesCase {
    const char* name;
    std::string bytes;
    int close_code;
};

// Below the level of JSON, after a hello.
inline std::vector<BytesCase> broken_frames() {
    return {
        {"unmasked", frame_bytes(R"({"type":"pong"})", {.masked = false}), kAnyEnd},
        {"reserved bit 1", frame_bytes("{}", {.reserved_bits = 4}), kEndsSomehow},
        {"reserved bit 2", frame_bytes("{}", {.reserved_bits = 2}), kEndsSomehow},
        {"reserved bit 3", frame_bytes("{}", {.reserved_bits = 1}), kEndsSomehow},
        {"opcode 3", frame_of("{}", 3), kEndsSomehow},
        {"opcode 7", frame_of("{}", 7), kEndsSomehow},
        {"opcode 11", frame_of("{}", 11), kEndsSomehow},
        {"opcode 15", frame_of("{}", 15), kEndsSomehow},
        {"declares 2^63-1 bytes", frame_bytes("{", {.declared_bytes = 0x7fffffffffffffffULL}), 1009},
        {"declares 2^64-1 bytes", frame_bytes("{", {.declared_bytes = ~0ULL}), kEndsSomehow},
        {"declares 2^32 bytes", frame_bytes("{", {.declared_bytes = 1ULL << 32U}), 1009},
        {"declares one byte too many", frame_bytes("{", {.declared_bytes = 32769}), 1009},
        {"one byte too many", text_frame(pong_of(32769)), 1009},
        {"the longest message", text_frame(pong_of(32768)), kGoesOn},
        {"binary", frame_of("{}", kOpBinary), 1003},
        {"empty binary", frame_of("", kOpBinary), 1003},
        {"a binary fragment", frame_of("{}", kOpBinary, false), 1003},
        {"65 fragments", fragments(65, "{"), 1009},
        {"65 empty fragments", fragments(65, ""), 1009},
        {"64 fragments",
         frame_of(pong_of(20), kOpText, false) + repeated(frame_of(" ", kOpContinuation, false), 62) +
             frame_of(" ", kOpContinuation, true),
         kGoesOn},
        {"too much in fragments", fragments(5, std::string(8000, ' ')), 1009},
        {"a claim behind fragments",
         frame_of(std::string(30000, ' '), kOpText, false) +
             frame_bytes("x", {.opcode = kOpContinuation, .declared_bytes = 3000}),
         1009},
        {"a continuation of nothing", frame_of("{}", kOpContinuation), kEndsSomehow},
        {"a text inside a fragmented text", frame_of("{", kOpText, false) + text_frame("{}"), kEndsSomehow},
        {"not UTF-8", text_frame("{\"type\":\"\xff\"}"), 1007},
        {"an overlong form", text_frame("\xc0\xaf"), 1007},
        {"a surrogate", text_frame("\"\xed\xa0\x80\""), 1007},
        {"above U+10FFFF", text_frame("\"\xf4\x90\x80\x80\""), 1007},
        {"half a character at the end", text_frame("\"\xc3"), 1007},
        {"a bad character over two fragments", frame_of("\"\xc3", kOpText, false) + frame_of("(\"", kOpContinuation),
         1007},
        {"a good character over two fragments",
         frame_of("{\"type\":\"pong\"}", kOpText, false) + frame_of(" ", kOpContinuation), kGoesOn},
        {"a ping of 125 bytes", frame_of(std::string(125, 'p'), kOpPing), kGoesOn},
        {"a ping of 126 bytes", frame_of(std::string(126, 'p'), kOpPing), kEndsSomehow},
        {"a ping of 70000 bytes", frame_of(std::string(70000, 'p'), kOpPing), kEndsSomehow},
        {"a fragmented ping", frame_of("p", kOpPing, false), kEndsSomehow},
        {"a pong of 126 bytes", frame_of(std::string(126, 'p'), kOpPong), kEndsSomehow},
        {"an unasked pong", frame_of("p", kOpPong), kGoesOn},
        {"a ping between fragments",
         frame_of("{\"type\":\"pong\"", kOpText, false) + frame_of("p", kOpPing) + frame_of("}", kOpContinuation),
         kGoesOn},
        {"5000 pings", repeated(frame_of(std::string(100, 'p'), kOpPing), 5000), kAnyEnd},
        {"a close without a code", frame_of("", kOpClose), kEndsSomehow},
        {"a close of one byte", frame_of("\x03", kOpClose), kEndsSomehow},
        {"a close with code 0", frame_of(std::string("\0\0", 2), kOpClose), kEndsSomehow},
        {"a close with code 1006", frame_of("\x03\xee", kOpClose), kEndsSomehow},
        {"a close with code 65535", frame_of("\xff\xff", kOpClose), kEndsSomehow},
        {"a close with a reason that is not UTF-8", frame_of("\x03\xe8\xff\xfe", kOpClose), kEndsSomehow},
        {"a close of 126 bytes", frame_of("\x03\xe8" + std::string(124, 'r'), kOpClose), kEndsSomehow},
        {"frames behind a close", frame_of("\x03\xe8", kOpClose) + repeated(text_frame(R"({"type":"pong"})"), 20),
         kEndsSomehow},
        {"a second handshake", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
         kEndsSomehow},
        {"zeros", std::string(5000, '\0'), kEndsSomehow},
        {"ones", std::string(5000, '\xff'), kEndsSomehow},
        {"much behind a refused frame", frame_of("{}", kOpBinary) + repeated(text_frame(pong_of(1000)), 45), 1003},
        {"half a frame", text_frame(pong_of(300)).substr(0, 100), kGoesOn},
    };
}

struct TextCase {
    const char* text;
    const char* code;  // of the error; "" when it is not answered
};

// Text that is no frame of the contract: each is answered by an error and counts as bad.
inline const TextCase kBadTexts[] = {
    {"", "bad_json"},
    {" ", "bad_json"},
    {"x", "bad_json"},
    {"null", "bad_json"},
    {"1", "bad_json"},
    {"\"hello\"", "bad_json"},
    {"[]", "bad_json"},
    {"[{\"type\":\"pong\"}]", "bad_json"},
    {"{\"type\":\"pong\"", "bad_json"},
    {"{\"type\":\"pong\"}}", "bad_json"},
    {"{\"type\":\"pong\"} {\"type\":\"pong\"}", "bad_json"},
    {"\xef\xbb\xbf{\"type\":\"pong\"}", "bad_json"},
    {"{\"type\":\"po\\u0000ng\"}", "bad_json"},
    {"{\"type\":\"\\udc00\"}", "bad_json"},
    {"{\"type\":\"pong\",\"type\":\"pong\"}", "bad_json"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":1,\"room_id\":2}}", "bad_json"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":1.5}}", "bad_json"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":1e3}}", "bad_json"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":18446744073709551616}}", "bad_json"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":1e-3}}", "bad_json"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":NaN}}", "bad_json"},
    {"{'type':'pong'}", "bad_json"},
    {"{\"type\":\"pong\",}", "bad_json"},
    {"{/**/\"type\":\"pong\"}", "bad_json"},
    {"{}", "invalid_argument"},
    {"{\"type\":null}", "invalid_argument"},
    {"{\"type\":1}", "invalid_argument"},
    {"{\"type\":\"no_such_type\"}", "invalid_argument"},
    {"{\"type\":\"welcome\"}", "invalid_argument"},
    {"{\"type\":\"ping\"}", "invalid_argument"},
    {"{\"type\":\"typing\",\"id\":7,\"payload\":{\"room_id\":1}}", "invalid_argument"},
    {"{\"type\":\"typing\",\"id\":\"\",\"payload\":{\"room_id\":1}}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":null}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":[]}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":\"{}\"}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":\"1\"}}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":null}}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":true}}", "invalid_argument"},
    {"{\"type\":\"chat_message\",\"payload\":{\"room_id\":1,\"content\":5}}", "invalid_argument"},
    {"{\"type\":\"chat_message\",\"payload\":{\"room_id\":1,\"content\":[\"x\"]}}", "invalid_argument"},
    {"{\"type\":\"pong\",\"cursor\":\"1\"}", "invalid_argument"},
    {"{\"type\":\"typing\",\"payload\":{\"room_id\":1,\"more\":1}}", "unknown_field"},
    {"{\"type\":\"typing\",\"more\":1,\"payload\":{\"room_id\":1}}", "unknown_field"},
    {"{\"type\":\"typing\",\"room_id\":1,\"payload\":{\"room_id\":1}}", "unknown_field"},
    {"{\"type\":\"typing\",\"room_id\":1,\"cursor\":1}", "unknown_field"},
    {"{\"type\":\"pong\",\"payload\":{\"cursor\":1}}", "unknown_field"},
    {"{\"type\":\"refresh\",\"payload\":{\"token\":\"x\",\"cursor\":1}}", "unknown_field"},
};

inline std::string handshake(const std::string& line, const std::string& headers) {
    return line + "\r\nHost: localhost\r\n" + headers + "\r\n";
}

inline const std::string kKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
inline const std::string kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
inline const std::string kVersion = "Sec-WebSocket-Version: 13\r\n";
inline const std::string kGet = "GET /ws HTTP/1.1";

struct HandshakeCase {
    const char* name;
    std::string bytes;
    int status;
    int or_status = 0;  // of another release of nginx
};

inline std::vector<HandshakeCase> handshakes() {
    const std::string good = kUpgrade + kVersion + kKey;
    return {
        {"none at all", handshake(kGet, ""), 426},
        {"no key", handshake(kGet, kUpgrade + kVersion), 426},
        {"a short key", handshake(kGet, kUpgrade + kVersion + "Sec-WebSocket-Key: abcd\r\n"), 426},
        // One of them goes on to wsd; nginx since 1.23 joins what comes twice, and the two together
        // are no key.
        {"two keys", handshake(kGet, good + kKey), 101, 426},
        {"no version", handshake(kGet, kUpgrade + kKey), 426},
        {"version 8", handshake(kGet, kUpgrade + kKey + "Sec-WebSocket-Version: 8\r\n"), 426},
        {"version 130", handshake(kGet, kUpgrade + kKey + "Sec-WebSocket-Version: 130\r\n"), 426},
        {"no connection header", handshake(kGet, "Upgrade: websocket\r\n" + kVersion + kKey), 426},
        {"upgrade to h2c", handshake(kGet, "Upgrade: h2c\r\nConnection: Upgrade\r\n" + kVersion + kKey), 426},
        {"upgrade to several", handshake(kGet, "Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n" + kVersion + kKey),
         426},
        {"by POST", handshake("POST /ws HTTP/1.1", good), 426},
        {"by HEAD", handshake("HEAD /ws HTTP/1.1", good), 426},
        {"by HTTP/1.0", handshake("GET /ws HTTP/1.0", good), 426},
        {"with a body", handshake(kGet, good + "Content-Length: 5\r\n") + "hello", 426},
        {"with a chunked body", handshake(kGet, good + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 426},
        {"another path", handshake("GET /ws/x HTTP/1.1", good), 404},
        {"a token in the URL", handshake("GET /ws?token=secret HTTP/1.1", good), 101},
        {"subprotocols that nobody knows", handshake(kGet, good + "Sec-WebSocket-Protocol: abc, def\r\n"), 101},
        {"an unknown extension", handshake(kGet, good + "Sec-WebSocket-Extensions: permessage-deflate; x=y\r\n"), 101},
        {"a long origin", handshake(kGet, good + "Origin: http://" + std::string(5000, 'o') + "\r\n"), 101},
        {"a long forwarded address", handshake(kGet, good + "X-Forwarded-For: " + std::string(5000, '1') + "\r\n"),
         101},
        {"many headers", handshake(kGet, good + repeated("X-Some: header\r\n", 500)), 101},
        {"headers of 40 KB", handshake(kGet, good + repeated("X-Some: " + std::string(1000, 'h') + "\r\n", 40)), 431},
        {"a header of 20 KB", handshake(kGet, good + "X-Some: " + std::string(20000, 'h') + "\r\n"), 431},
        {"no host", kGet + "\r\n" + good + "\r\n", 400},
        {"frames behind a refused one", handshake(kGet, kUpgrade) + text_frame("{}"), 426},
    };
}

// For libwebsockets itself, past nginx.
inline std::vector<BytesCase> unproxied() {
    return {
        {"a plain GET", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", kEndsSomehow},
        {"a POST", "POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", kEndsSomehow},
        {"no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", kAnyEnd},
        {"noise", std::string(100, '\x80'), kEndsSomehow},
        {"half a handshake", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgr", kAnyEnd},
    };
}

}  // namespace billet::tests
