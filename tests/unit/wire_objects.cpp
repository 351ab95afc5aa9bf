// tests/unit/wire_objects.cpp — The exact bytes of every object and event of the contract.
#include "lib/wire/objects.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "lib/base/text.h"
#include "lib/wire/json.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wire;

namespace {

#define TIME_TEXT "2024-03-14T12:00:00.123456Z"
#define MESSAGE_FOR_OTHERS                                                   \
    R"({"id":456,"content":"Hello!","sender_id":9,"created_at":")" TIME_TEXT \
    R"(","is_read":false,"room_id":123,"seq":88)"
#define MESSAGE MESSAGE_FOR_OTHERS "}"
#define OWN_MESSAGE MESSAGE_FOR_OTHERS R"(,"client_msg_id":"0b6f"})"
#define ROOM_START R"({"id":123,"user1_id":5,"user2_id":9,"created_at":")" TIME_TEXT R"(","last_message":)"
#define ROOM_END                                                                                 \
    R"(,"unread_count":2,"last_seq":88,"read_seq":86,"peer_read_seq":80,"blocked_by_me":false,)" \
    R"("peer":{"id":9,"username":"bo","display_name":"Bo"}})"

constexpr UserId kAnn{5};
constexpr UserId kBo{9};

Time some_time() {
    return *from_rfc3339(TIME_TEXT);
}

chat::Message bos_message() {
    return {.id = MessageId{456},
            .room = RoomId{123},
            .seq = Seq{88},
            .sender = kBo,
            .client_msg_id = "0b6f",
            .content = "Hello!",
            .created_at = some_time(),
            .is_read = false};
}

chat::Room anns_room() {
    return {.id = RoomId{123},
            .user1 = kAnn,
            .user2 = kBo,
            .created_at = some_time(),
            .last_message = bos_message(),
            .unread_count = 2,
            .last_seq = Seq{88},
            .read_seq = Seq{86},
            .peer_read_seq = Seq{80},
            .blocked_by_me = false,
            .peer = {.id = kBo, .username = "bo", .display_name = "Bo"}};
}

chat::User ann() {
    return {.id = kAnn,
            .username = "ann",
            .display_name = "Ann \"A\"",
            .role = chat::Role::kAdmin,
            .created_at = some_time(),
            .disabled = false};
}

template <typename Payload>
chat::Event event_of(Payload payload, UserId recipient = kAnn) {
    return {.recipient = recipient, .cursor = Cursor{1005}, .created_at = some_time(), .payload = std::move(payload)};
}

}  // namespace

TEST_GROUP(Objects) {
};

TEST(Objects, MessageShowsItsClientIdToItsSenderOnly) {
    STRCMP_EQUAL(OWN_MESSAGE, message_json(bos_message(), kBo).c_str());
    STRCMP_EQUAL(MESSAGE, message_json(bos_message(), kAnn).c_str());
}

TEST(Objects, MessagesAreAnArray) {
    const std::vector<chat::Message> two = {bos_message(), bos_message()};

    STRCMP_EQUAL("[" MESSAGE "," MESSAGE "]", messages_json(two, kAnn).c_str());
    STRCMP_EQUAL("[]", messages_json({}, kAnn).c_str());
}

TEST(Objects, RoomWithAndWithoutALastMessage) {
    STRCMP_EQUAL(ROOM_START MESSAGE ROOM_END, room_json(anns_room(), kAnn).c_str());

    chat::Room empty = anns_room();
    empty.last_message.reset();
    STRCMP_EQUAL(ROOM_START "null" ROOM_END, room_json(empty, kAnn).c_str());
    STRCMP_EQUAL("[" ROOM_START "null" ROOM_END "]", rooms_json({&empty, 1}, kAnn).c_str());
}

TEST(Objects, UsersTellTheirRoleToThemselvesOnly) {
    STRCMP_EQUAL(R"({"id":5,"username":"ann","display_name":"Ann \"A\""})", user_json(ann()).c_str());
    STRCMP_EQUAL(R"({"id":5,"username":"ann","display_name":"Ann \"A\"","role":"admin","created_at":")" TIME_TEXT
                 R"("})",
                 own_user_json(ann()).c_str());
    const chat::User one = ann();
    STRCMP_EQUAL(R"([{"id":5,"username":"ann","display_name":"Ann \"A\""}])", users_json({&one, 1}).c_str());
}

TEST(Objects, LoginAndUnread) {
    const chat::Login login{
        .user = ann(), .access_token = "aaa", .expires_in = std::chrono::seconds{900}, .refresh_token = "rrr"};

    STRCMP_EQUAL(R"({"access_token":"aaa","token_type":"bearer","expires_in":900,"refresh_token":"rrr",)"
                 R"("user":{"id":5,"username":"ann","display_name":"Ann \"A\""}})",
                 login_json(login).c_str());
    STRCMP_EQUAL(R"({"total_unread":7,"rooms_unread":3})", unread_json({.total_unread = 7, .rooms_unread = 3}).c_str());
}

TEST(Objects, EventsAsTheirRecipientGetsThem) {
    const chat::MessageEvent message{.message = bos_message(), .unread_count = 1, .total_unread = 8};
    const chat::ReadEvent read{
        .room = RoomId{123}, .reader = kBo, .seq = Seq{88}, .unread_count = 0, .total_unread = 7};
    chat::Room empty = anns_room();
    empty.last_message.reset();

    STRCMP_EQUAL(R"({"type":"chat_message","cursor":1005,"payload":{"room_id":123,"message":)" MESSAGE
                 R"(,"unread_count":1,"total_unread":8}})",
                 event_json(event_of(message)).c_str());
    STRCMP_EQUAL(R"({"type":"chat_message","cursor":1005,"payload":{"room_id":123,"message":)" OWN_MESSAGE
                 R"(,"unread_count":1,"total_unread":8}})",
                 event_json(event_of(message, kBo)).c_str());
    STRCMP_EQUAL(
        R"({"type":"message_read","cursor":1005,"payload":{"room_id":123,"message_id":1688849860271832,"reader_id":9,"seq":88,)"
        R"("unread_count":0,"total_unread":7}})",
        event_json(event_of(read)).c_str());
    STRCMP_EQUAL(R"({"type":"room_created","cursor":1005,"payload":{"room":)" ROOM_START "null" ROOM_END "}}",
                 event_json(event_of(chat::RoomCreatedEvent{.room = empty})).c_str());
    STRCMP_EQUAL(R"({"type":"block_updated","cursor":1005,"payload":{"user_id":9,"blocked":true}})",
                 event_json(event_of(chat::BlockEvent{.user = kBo, .blocked = true})).c_str());
}

TEST(Objects, SyncPageHoldsTheSameBytesAsTheEvents) {
    const chat::Event event = event_of(chat::BlockEvent{.user = kBo, .blocked = false});
    const chat::SyncPage page{
        .events = {event, event}, .cursor = Cursor{1005}, .head = Cursor{2000}, .epoch = "k3f9", .more = true};

    const std::string expected = R"({"events":[)" + event_json(event) + "," + event_json(event) +
                                 R"(],"cursor":1005,"epoch":"k3f9","more":true})";
    STRCMP_EQUAL(expected.c_str(), sync_json(page).c_str());
}

TEST(Objects, AcksOfSendingAndReading) {
    const chat::SentMessage sent{.message = bos_message(), .duplicate = true, .cursor = {}};
    const chat::ReadMark mark{.room = RoomId{123}, .seq = Seq{88}, .unread_count = 1, .total_unread = 7, .moved = true};

    STRCMP_EQUAL(R"({"room_id":123,"message":)" OWN_MESSAGE R"(,"duplicate":true})", send_ack_json(sent, kBo).c_str());
    STRCMP_EQUAL(R"({"room_id":123,"seq":88,"unread_count":1,"total_unread":7})", read_ack_json(mark).c_str());
}

TEST(Objects, AnyContentSurvivesWritingAndReading) {
    const std::string content =
        "\"\\/\b\f\n\r\t\x01\x1F </script> \xC2\x85\xE2\x80\xA8\xEF\xBB\xBF\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF";
    chat::Message message = bos_message();
    message.content = content;

    auto json = parse_json(message_json(message, kAnn), {});

    CHECK_TRUE(json.ok());
    STRCMP_EQUAL(content.c_str(), json->find("content")->text.c_str());
}

// Before, between and behind what needs an escape, and as long as a text that is copied in one go.
TEST(Objects, TextsAreEscapedByteByByte) {
    const std::string plain = "0123456789 abcdefghijklmnopqrstuvwxyz /' \x7F\xC3\xA4\xE2\x80\xA8\xF0\x9F\x90\xB8";
    const std::map<char, std::string> escapes = {
        {'\b', "\\b"},  {'\t', "\\t"},     {'\n', "\\n"},     {'\f', "\\f"},     {'\r', "\\r"},    {'"', "\\\""},
        {'\\', "\\\\"}, {0x01, "\\u0001"}, {0x0B, "\\u000B"}, {0x1A, "\\u001A"}, {0x1F, "\\u001F"}};

    for (const auto& [byte, escape] : escapes) {
        const std::string one(1, byte);
        for (const auto& [text, written] : {std::pair{one, escape},
                                            {one + plain, escape + plain},
                                            {plain + one, plain + escape},
                                            {plain + one + one + plain, plain + escape + escape + plain}}) {
            chat::User user = ann();
            user.display_name = text;
            const std::string expected = R"({"id":5,"username":"ann","display_name":")" + written + R"("})";
            STRCMP_EQUAL(expected.c_str(), user_json(user).c_str());
            LONGS_EQUAL(written.size(), json_bytes(text));
        }
    }
}

TEST(Objects, TimesAtTheEndsOfTheirRange) {
    for (const char* text :
         {"0000-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00.000000Z",
          "2024-02-29T12:00:00.000001Z", "2038-01-19T03:14:08.100000Z", "9999-12-31T23:59:59.999999Z"}) {
        chat::User user = ann();
        user.created_at = *from_rfc3339(text);
        const std::string json = own_user_json(user);
        CHECK_TRUE_TEXT(json.ends_with(std::string(R"("created_at":")") + text + R"("})"), json.c_str());
    }
}

TEST_GROUP(Problems) {
    Error rate_limited() {
        Error error = make_error(Code::kRateLimited, "bucket sends of user 5");
        error.retry_after = std::chrono::seconds{3};
        return error;
    }
};

TEST(Problems, TellWhenToComeBack) {
    STRCMP_EQUAL(
        R"({"type":"about:blank","title":"Too Many Requests","status":429,"detail":"too many requests: slow down",)"
        R"("code":"rate_limited","request_id":"r1","retry_after":3})",
        problem_json(rate_limited(), "r1").c_str());
    CHECK_TRUE(problem_json(unavailable("x"), "r1").find(R"("retry_after":1)") != std::string::npos);
}

TEST(Problems, NameRefusedMembers) {
    Error error = invalid_argument("content", "length");
    error.fields.push_back({"client_msg_id", "format"});

    STRCMP_EQUAL(
        R"({"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"a value is missing or not acceptable",)"
        R"("code":"invalid_argument","request_id":"r1",)"
        R"("errors":[{"field":"content","code":"length"},{"field":"client_msg_id","code":"format"}]})",
        problem_json(error, "r1").c_str());
}

TEST(Problems, EveryCodeHasItsStatusAndKeepsItsDetailInside) {
    const std::vector<std::pair<Code, int>> all = {{Code::kBadJson, 400},
                                                   {Code::kUnknownField, 400},
                                                   {Code::kUnauthenticated, 401},
                                                   {Code::kTokenExpired, 401},
                                                   {Code::kAccountDisabled, 403},
                                                   {Code::kForbidden, 403},
                                                   {Code::kCannotMessage, 403},
                                                   {Code::kNotFound, 404},
                                                   {Code::kMethodNotAllowed, 405},
                                                   {Code::kConflict, 409},
                                                   {Code::kIdempotencyConflict, 409},
                                                   {Code::kResyncRequired, 410},
                                                   {Code::kTooLarge, 413},
                                                   {Code::kUnsupportedMediaType, 415},
                                                   {Code::kInvalidArgument, 422},
                                                   {Code::kRateLimited, 429},
                                                   {Code::kUnavailable, 503},
                                                   {Code::kInternal, 500}};
    std::set<std::string> details;
    for (const auto& [code, status] : all) {
        CHECK_EQUAL(status, http_status(code));
        const std::string json = problem_json(make_error(code, "SECRET"), "r1");
        auto problem = parse_json(json, {});
        CHECK_TRUE(problem.ok());
        CHECK_EQUAL(status, problem->find("status")->integer);
        CHECK_TRUE(problem->find("code")->text == code_name(code));
        CHECK_TRUE(json.find("SECRET") == std::string::npos);
        details.insert(problem->find("detail")->text);
    }
    CHECK_EQUAL(all.size(), details.size());
}
