// tests/fakes/wsd/api_answers.h — The api's answers to wsd, and a token to ask with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ids.h"
#include "wsd/relay.h"

namespace billet::fakes {

// An event of the log as a line of /internal and as a notice's payload bear it.
struct EventText {
    std::uint64_t cursor = 0;
    std::string json;
};

struct IdentityText {
    std::uint64_t user = 7;
    std::string session = "s1";
    std::uint64_t token_ttl_s = 900;
};

struct PageText {
    std::uint64_t cursor = 0;
    std::uint64_t head = 0;
    bool more = false;
    std::vector<EventText> events;
};

wsd::RelayReply text_reply(std::string body);
wsd::RelayReply hello_reply(const IdentityText& identity, std::string_view epoch, bool resumed, const PageText& page);
wsd::RelayReply page_reply(const PageText& page);
wsd::RelayReply session_reply(const IdentityText& identity);
// Of a new message, whose event in the sender's log has that cursor; 0: stored before.
wsd::RelayReply sent_reply(std::string_view message_json, std::uint64_t cursor);
// A problem object with that `code`.
wsd::RelayReply refusal(int status, std::string_view code, std::string_view reason = {});
// Of a hello whose position is no good: who it is all the same.
wsd::RelayReply resync_refusal(std::string_view reason, const IdentityText& identity, std::string_view epoch,
                               std::uint64_t head);
// No reply in time.
wsd::RelayReply no_reply();

// A token that names its user, as those of clients do; nobody here looks at its seal.
std::string token_of(std::uint64_t user);

}  // namespace billet::fakes
