// tests/fuzz/log_page.cpp — Any bytes as the api's answer to an /internal call: nothing points outside, and what was read is read again the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/fakes/wsd/api_answers.h"
#include "wsd/log_page.h"

namespace {

using namespace billet;

void must(bool holds) {
    if (!holds) std::abort();
}

void must_lie_in(std::string_view part, std::string_view text) {
    must(part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

fakes::PageText text_of(const wsd::LogPage& page, std::string_view text) {
    fakes::PageText out{.cursor = page.cursor.value, .head = page.head.value, .more = page.more, .events = {}};
    for (const wsd::LogEvent& event : page.events) {
        must_lie_in(event.json, text);
        out.events.push_back({event.cursor.value, std::string(event.json)});
    }
    return out;
}

void must_be_same(const wsd::LogPage& one, const wsd::LogPage& two) {
    must(one.cursor == two.cursor && one.head == two.head && one.more == two.more);
    must(one.events.size() == two.events.size());
    for (std::size_t i = 0; i < one.events.size(); ++i)
        must(one.events[i].cursor == two.events[i].cursor && one.events[i].json == two.events[i].json);
}

void check_sync(std::string_view text) {
    const auto page = wsd::parse_sync(text);
    if (!page) return;
    const std::string written = fakes::page_reply(text_of(*page, text)).body;
    const auto again = wsd::parse_sync(written);
    must(again.has_value());
    must_be_same(*page, *again);
}

void check_hello(std::string_view text) {
    const auto hello = wsd::parse_hello(text);
    if (!hello) return;
    must_lie_in(hello->epoch, text);
    must_lie_in(hello->identity.session_id, text);
    const fakes::IdentityText identity{.user = hello->identity.user.value,
                                       .session = std::string(hello->identity.session_id),
                                       .token_ttl_s = static_cast<std::uint64_t>(hello->identity.token_ttl.count())};
    const std::string written =
        fakes::hello_reply(identity, hello->epoch, hello->resumed, text_of(hello->page, text)).body;
    const auto again = wsd::parse_hello(written);
    must(again.has_value() && again->resumed == hello->resumed && again->epoch == hello->epoch);
    must(again->identity.user == hello->identity.user && again->identity.token_ttl == hello->identity.token_ttl);
    must_be_same(hello->page, again->page);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_sync(text);
    check_hello(text);
    const auto heads = wsd::parse_heads(text);
    if (heads) {
        for (const wsd::HeadLine& line : heads->lines) must_lie_in(line.session_id, text);
    }
    if (const auto identity = wsd::parse_session(text)) must_lie_in(identity->session_id, text);
    if (const auto refused = wsd::parse_refused_hello(text)) must_lie_in(refused->epoch, text);
    return 0;
}
