// wsd/log_page.h — The api's answers to /internal calls: lines of text with blanks between their words.
//
//     hello   = user SP session SP token_ttl SP epoch SP head SP cursor SP resumed SP more *( LF event )
//     sync    = cursor SP more SP head *( LF event )
//     event   = cursor SP type SP json
//     heads   = epoch *( LF user SP session SP head SP state )
//     session = user SP session SP token_ttl ;  refused hello: X-Billet-Session = session SP epoch SP head
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ids.h"

namespace billet::wsd {

// The views below point into the text that was parsed. nullopt on anything that is not of the grammar.

struct LogEvent {
    Cursor cursor;
    std::string_view json;  // the frame
};

struct Identity {
    UserId user;
    std::string_view session_id;
    std::chrono::seconds token_ttl{0};
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

enum class SessionState { kOk, kDisabled, kRevoked };

struct HeadLine {
    UserId user;
    std::string_view session_id;
    Cursor head;
    SessionState state = SessionState::kOk;
};

struct HeadsAnswer {
    std::string_view epoch;
    std::vector<HeadLine> lines;
};

std::optional<HelloAnswer> parse_hello(std::string_view text);
std::optional<LogPage> parse_sync(std::string_view text);
std::optional<Identity> parse_session(std::string_view text);
std::optional<RefusedHello> parse_refused_hello(std::string_view text);
std::optional<HeadsAnswer> parse_heads(std::string_view text);

}  // namespace billet::wsd
