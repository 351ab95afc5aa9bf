// lib/wire/internal.h — What the daemons say to each other beside REST: the calls below /internal,
// their answers, and what goes with a relayed request and its reply. Both sides read it here;
// nobody outside ever sees it. Answers are lines of text with blanks between their words:
//
//     hello    = identity SP epoch SP head SP cursor SP resumed SP more *( LF event )
//     sync     = cursor SP more SP head *( LF event )
//     session  = identity
//     heads    = epoch *( LF user SP session SP head SP state )       state: ok, disabled or
//     revoked identity = user SP session SP token-ttl                         seconds until the
//     token expires event    = cursor SP type SP json                               json: the event
//     object of /chat/sync
//
// The question of heads is a body of lines of `user SP session`. hello and sync have a query:
// `limit` events and `bytes` of them at most, within [limits], one event always; and the position
// to go on from. A hello whose position is refused (410) has the header X-Billet-Session:
//
//     refused  = identity SP epoch SP head
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/chat/page.h"
#include "lib/chat/store.h"
#include "lib/chat/sync.h"
#include "lib/wire/query.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::wire {

// --- Names ---------------------------------------------------------------------------------------

struct InternalCall {
    std::string_view method;
    std::string_view path;
};

inline constexpr InternalCall kHelloCall{"POST", "/internal/hello"};
inline constexpr InternalCall kSyncCall{"GET", "/internal/sync"};
inline constexpr InternalCall kHeadsCall{"POST", "/internal/heads"};
inline constexpr InternalCall kSessionCall{"POST", "/internal/session"};

// The FastCGI parameters of a request that the api reads, nginx's (nginx/fastcgi-params.conf) and
// wsd's. Others are ignored.
namespace parameter {
inline constexpr std::string_view kMethod = "REQUEST_METHOD";
inline constexpr std::string_view kUri = "REQUEST_URI";
inline constexpr std::string_view kQuery = "QUERY_STRING";
inline constexpr std::string_view kContentType = "CONTENT_TYPE";
inline constexpr std::string_view kContentLength = "CONTENT_LENGTH";
inline constexpr std::string_view kContentEncoding = "HTTP_CONTENT_ENCODING";
inline constexpr std::string_view kAddress = "REMOTE_ADDR";
inline constexpr std::string_view kAuthorization = "HTTP_AUTHORIZATION";
inline constexpr std::string_view kIdempotencyKey = "HTTP_IDEMPOTENCY_KEY";
inline constexpr std::string_view kRequestId = "BILLET_REQUEST_ID";
// wsd's only: the request's cause, see chat::Ports. Not the HTTP Origin; the text stays because
// daemons of two versions share it.
inline constexpr std::string_view kCause = "BILLET_ORIGIN";
}  // namespace parameter

// Headers that replies to wsd have, and nobody else's.
namespace header {
inline constexpr std::string_view kReason = "X-Billet-Reason";    // of a refusal: Error::reason
inline constexpr std::string_view kSession = "X-Billet-Session";  // of a refused hello: see above
// Of a new message: its event in the sender's log.
inline constexpr std::string_view kCursor = "X-Billet-Cursor";
}  // namespace header

// What the api takes at once.
inline constexpr std::size_t kHeadQuestionsMax = chat::kHeadQuestionsMax;

// --- Questions -----------------------------------------------------------------------------------

// Of hello and sync; without a position a hello begins at the head.
struct LogQuestion {
    std::optional<chat::LogPosition> position;
    chat::PageBound bound;
};

std::string log_question_query(const LogQuestion& question);
// kInvalidArgument as Query and read_log_position() tell.
Result<LogQuestion> read_log_question(const Query& query, const LimitsConfig& limits);

void append_head_question(std::string& body, UserId user, std::string_view session_id);
// kInvalidArgument: not of the grammar, or more than kHeadQuestionsMax.
Result<std::vector<chat::HeadQuestion>> read_head_questions(std::string_view body);

// --- Answers -------------------------------------------------------------------------------------

// The views point into the text that was read, or into what is to be written.

struct Identity {
    UserId user;
    std::string_view session_id;  // printable, no blanks
    std::chrono::seconds token_ttl{0};
};

struct LogEvent {
    Cursor cursor;
    std::string_view type;
    std::string_view json;  // the frame
};

struct LogPage {
    Cursor cursor;  // the position after the events
    Cursor head;
    bool more = false;
    std::vector<LogEvent> events;
};

struct HelloAnswer {
    Identity identity;
    std::string_view epoch;
    bool resumed = false;
    LogPage page;
};

// Of a hello whose position could not be resumed.
struct RefusedHello {
    Identity identity;
    std::string_view epoch;
    Cursor head;
};

struct HeadLine {
    UserId user;
    std::string_view session_id;
    Cursor head;
    chat::SessionState state = chat::SessionState::kOk;
};

struct HeadsAnswer {
    std::string_view epoch;
    std::vector<HeadLine> lines;
};

std::string hello_text(const HelloAnswer& answer);
std::string sync_text(const LogPage& page);
std::string session_text(const Identity& identity);
std::string refused_hello_text(const RefusedHello& refused);
std::string heads_text(const HeadsAnswer& answer);
// Adds one more event to a hello's or a sync's text: so an api need not have all of them in memory
// twice.
void append_event(std::string& text, const LogEvent& event);
void append_event(std::string& text, const chat::Event& event);

// nullopt on anything that is not of the grammar.
std::optional<HelloAnswer> parse_hello(std::string_view text);
std::optional<LogPage> parse_sync(std::string_view text);
std::optional<Identity> parse_session(std::string_view text);
std::optional<RefusedHello> parse_refused_hello(std::string_view text);
std::optional<HeadsAnswer> parse_heads(std::string_view text);

}  // namespace billet::wire
