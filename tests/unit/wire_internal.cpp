// tests/unit/wire_internal.cpp — What one daemon writes the other reads, and nothing else.
#include "lib/wire/internal.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wire;

namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words) {
    std::string line;
    for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
    return line;
}

Words words_of(std::string_view line) {
    Words words;
    for (const std::string_view word : split(line, ' ')) words.emplace_back(word);
    return words;
}

// What can be wrong with one word of a line of any answer: left out, empty, doubled, cut off behind
// it, not of its kind.
std::vector<std::string> broken_at(const Words& words, std::size_t at) {
    Words without = words;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
    Words empty = words;
    empty[at].clear();
    Words doubled = words;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(at), words[at]);
    const Words cut(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
    std::vector<std::string> lines{joined(without), joined(empty), joined(doubled), joined(cut), joined(cut) + " "};
    const bool number = std::ranges::all_of(words[at], [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return lines;
    for (const char* const nonsense : {"x", "-1", "+1", "01", "1.0", "9007199254740992"}) {
        Words garbage = words;
        garbage[at] = nonsense;
        lines.push_back(joined(garbage));
    }
    return lines;
}

template <typename Parse>
void refuses_every_fault(const std::string& line, Parse parse) {
    CHECK_TRUE(parse(line).has_value());
    const Words words = words_of(line);
    for (std::size_t at = 0; at < words.size(); ++at) {
        for (const std::string& broken : broken_at(words, at)) {
            if (parse(broken).has_value()) FAIL(("read: " + broken + " for " + line).c_str());
        }
    }
    CHECK_FALSE(parse(line + " ").has_value());
    CHECK_FALSE(parse(line + " more").has_value());
}

}  // namespace

TEST_GROUP(WireInternal) {
    std::minstd_rand random{21};

    std::uint64_t below(std::uint64_t bound) {
        return random() % bound;
    }
    std::uint64_t any_id() {
        return below(4) == 0 ? kIdMax - below(3) : below(100000);
    }
    std::string any_word() {
        std::string word(1 + below(30), ' ');
        std::ranges::generate(word, [this] { return static_cast<char>('!' + below(94)); });
        return word;
    }
    std::string any_json() {
        return R"({"a":")" + std::string(below(9), ' ') + any_word() + "\"}";
    }
    LogPage any_page(const std::vector<std::string>& jsons) {
        LogPage page{.cursor = Cursor{any_id()}, .head = Cursor{any_id()}, .more = below(2) == 0, .events = {}};
        for (const std::string& json : jsons) page.events.push_back({Cursor{any_id()}, "chat_message", json});
        return page;
    }
    std::vector<std::string> any_jsons() {
        std::vector<std::string> jsons(below(5));
        std::ranges::generate(jsons, [this] { return any_json(); });
        return jsons;
    }
    Identity any_identity(const std::string& session) {
        return {UserId{any_id()}, session, std::chrono::seconds{static_cast<std::int64_t>(below(100000))}};
    }

    static void same(const LogPage& one, const LogPage& two) {
        CHECK_TRUE(one.cursor == two.cursor && one.head == two.head);
        CHECK_EQUAL(one.more, two.more);
        CHECK_EQUAL(one.events.size(), two.events.size());
        for (std::size_t i = 0; i < one.events.size(); ++i) {
            CHECK_TRUE(one.events[i].cursor == two.events[i].cursor);
            CHECK_TRUE(one.events[i].type == two.events[i].type);
            CHECK_TRUE(one.events[i].json == two.events[i].json);
        }
    }
    static void same(const Identity& one, const Identity& two) {
        CHECK_TRUE(one.user == two.user && one.session_id == two.session_id && one.token_ttl == two.token_ttl);
    }
};

// The very bytes: two versions of the daemons meet while one of them is replaced.
TEST(WireInternal, TheTextsAreWhatTheyAlwaysWere) {
    const Identity identity{UserId{5}, "session-a", std::chrono::seconds{540}};
    const LogPage page{.cursor = Cursor{919},
                       .head = Cursor{1003},
                       .more = true,
                       .events = {{Cursor{918}, "chat_message", R"({"a":1})"}, {Cursor{919}, "x", "{}"}}};

    STRCMP_EQUAL("5 session-a 540 k3f9 1003 919 1 1\n918 chat_message {\"a\":1}\n919 x {}",
                 hello_text({identity, "k3f9", true, page}).c_str());
    STRCMP_EQUAL("919 1 1003\n918 chat_message {\"a\":1}\n919 x {}", sync_text(page).c_str());
    STRCMP_EQUAL("5 session-a 540", session_text(identity).c_str());
    STRCMP_EQUAL("5 session-a 540 k3f9 99", refused_hello_text({identity, "k3f9", Cursor{99}}).c_str());
    STRCMP_EQUAL("k3f9\n5 s 10 ok\n6 t 11 revoked\n7 u 0 disabled",
                 heads_text({"k3f9",
                             {{UserId{5}, "s", Cursor{10}, chat::SessionState::kOk},
                              {UserId{6}, "t", Cursor{11}, chat::SessionState::kRevoked},
                              {UserId{7}, "u", Cursor{0}, chat::SessionState::kDisabled}}})
                     .c_str());
    STRCMP_EQUAL("limit=20&bytes=300&cursor=7&epoch=a%20b",
                 log_question_query({chat::LogPosition{Cursor{7}, "a b"}, {20, 300}}).c_str());
    std::string body;
    append_head_question(body, UserId{5}, "s");
    append_head_question(body, UserId{6}, "t");
    STRCMP_EQUAL("5 s\n6 t\n", body.c_str());
}

// Spelled out once more: nginx (nginx/fastcgi-params.conf) and the other version of a daemon say
// them too.
TEST(WireInternal, TheNamesAreWhatTheyAlwaysWere) {
    const std::pair<std::string_view, std::string_view> names[] = {
        {kHelloCall.path, "/internal/hello"},
        {kSyncCall.path, "/internal/sync"},
        {kHeadsCall.path, "/internal/heads"},
        {kSessionCall.path, "/internal/session"},
        {parameter::kMethod, "REQUEST_METHOD"},
        {parameter::kUri, "REQUEST_URI"},
        {parameter::kQuery, "QUERY_STRING"},
        {parameter::kContentType, "CONTENT_TYPE"},
        {parameter::kContentLength, "CONTENT_LENGTH"},
        {parameter::kContentEncoding, "HTTP_CONTENT_ENCODING"},
        {parameter::kAddress, "REMOTE_ADDR"},
        {parameter::kAuthorization, "HTTP_AUTHORIZATION"},
        {parameter::kIdempotencyKey, "HTTP_IDEMPOTENCY_KEY"},
        {parameter::kRequestId, "BILLET_REQUEST_ID"},
        {parameter::kCause, "BILLET_ORIGIN"},
        {header::kReason, "X-Billet-Reason"},
        {header::kSession, "X-Billet-Session"},
        {header::kCursor, "X-Billet-Cursor"},
    };
    for (const auto& [name, expected] : names) CHECK_EQUAL(std::string(expected), std::string(name));
}

TEST(WireInternal, AHelloIsReadAsItWasWritten) {
    for (int round = 0; round < 300; ++round) {
        const std::string session = any_word();
        const std::string epoch = any_word();
        const std::vector<std::string> jsons = any_jsons();
        const HelloAnswer answer{any_identity(session), epoch, below(2) == 0, any_page(jsons)};
        const std::string text = hello_text(answer);

        const auto read = parse_hello(text);

        CHECK_TRUE(read.has_value());
        same(answer.identity, read->identity);
        same(answer.page, read->page);
        CHECK_TRUE(read->epoch == epoch);
        CHECK_EQUAL(answer.resumed, read->resumed);
    }
}

// And cut anywhere, nothing or a beginning of it.
TEST(WireInternal, APageIsReadAsItWasWrittenAndNeverBeyondItsCut) {
    for (int round = 0; round < 300; ++round) {
        const std::vector<std::string> jsons = any_jsons();
        const LogPage page = any_page(jsons);
        const std::string text = sync_text(page);

        const auto read = parse_sync(text);

        CHECK_TRUE(read.has_value());
        same(page, *read);
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            const auto part = parse_sync(std::string_view(text).substr(0, cut));
            if (!part) continue;
            CHECK_TRUE(part->events.size() <= page.events.size());
            for (std::size_t i = 0; i < part->events.size(); ++i) {
                CHECK_TRUE(page.events[i].json.starts_with(part->events[i].json));
                CHECK_TRUE(page.events[i].cursor == part->events[i].cursor);
            }
        }
    }
}

TEST(WireInternal, AnEventAddedLaterIsAsOneThatWasThere) {
    const std::string json = any_json();
    LogPage page = any_page({});
    std::string text = sync_text(page);
    append_event(text, {Cursor{8}, "message_read", json});
    page.events.push_back({Cursor{8}, "message_read", json});
    CHECK_EQUAL(sync_text(page), text);
}

TEST(WireInternal, SessionsAndRefusedHellosAreReadAsTheyWereWritten) {
    for (int round = 0; round < 300; ++round) {
        const std::string session = any_word();
        const std::string epoch = any_word();
        const RefusedHello answer{any_identity(session), epoch, Cursor{any_id()}};

        const std::string refused_text = refused_hello_text(answer);
        const auto refused = parse_refused_hello(refused_text);
        CHECK_TRUE(refused.has_value());
        same(answer.identity, refused->identity);
        CHECK_TRUE(refused->epoch == epoch && refused->head == answer.head);

        const std::string identity_text = session_text(answer.identity);
        const auto identity = parse_session(identity_text);
        CHECK_TRUE(identity.has_value());
        same(answer.identity, *identity);
    }
}

TEST(WireInternal, HeadsAreReadAsTheyWereWritten) {
    using enum chat::SessionState;
    for (int round = 0; round < 300; ++round) {
        const std::string epoch = any_word();
        const std::vector<std::string> sessions{any_word(), any_word(), any_word()};
        HeadsAnswer answer{epoch, {}};
        for (const std::string& session : sessions) {
            constexpr std::array kStates{kOk, kDisabled, kRevoked};
            answer.lines.push_back({UserId{any_id()}, session, Cursor{any_id()}, kStates[below(kStates.size())]});
        }
        const std::string text = heads_text(answer);

        const auto read = parse_heads(text);

        CHECK_TRUE(read.has_value() && read->epoch == epoch);
        LONGS_EQUAL(answer.lines.size(), read->lines.size());
        for (std::size_t i = 0; i < answer.lines.size(); ++i) {
            CHECK_TRUE(answer.lines[i].user == read->lines[i].user && answer.lines[i].head == read->lines[i].head);
            CHECK_TRUE(answer.lines[i].session_id == read->lines[i].session_id);
            CHECK_TRUE(answer.lines[i].state == read->lines[i].state);
        }
    }
}

TEST(WireInternal, QuestionsAreReadAsTheyWereWritten) {
    const LimitsConfig limits;
    for (int round = 0; round < 300; ++round) {
        LogQuestion asked{std::nullopt, {1 + below(limits.events_page_max), 1 + any_id() % kIdMax}};
        if (below(2) == 0) asked.position = chat::LogPosition{Cursor{any_id()}, any_word() + " &=%"};
        if (below(4) == 0) asked.bound.bytes = chat::PageBound::kAnyBytes;
        const std::string query = log_question_query(asked);

        const auto read = read_log_question(Query(query), limits);

        CHECK_TRUE(read.ok());
        CHECK_EQUAL(asked.bound.items, read->bound.items);
        CHECK_EQUAL(asked.bound.bytes, read->bound.bytes);
        CHECK_EQUAL(asked.position.has_value(), read->position.has_value());
        if (!asked.position) continue;
        CHECK_TRUE(asked.position->cursor == read->position->cursor && asked.position->epoch == read->position->epoch);
    }
}

TEST(WireInternal, AQuestionWithAFaultIsRefused) {
    for (const char* const query : {"limit=0", "limit=x", "bytes=x", "bytes=-1", "cursor=1", "cursor=x&epoch=e",
                                    "cursor=1&epoch=", "cursor=&epoch=e"})
        CHECK_FALSE(read_log_question(Query(query), LimitsConfig{}).ok());
}

TEST(WireInternal, HeadQuestionsAreReadAsTheyWereWrittenUpToTheirNumber) {
    std::string body;
    std::vector<std::pair<UserId, std::string>> asked;
    for (std::size_t i = 0; i < kHeadQuestionsMax; ++i) {
        asked.emplace_back(UserId{any_id()}, any_word());
        append_head_question(body, asked.back().first, asked.back().second);
    }

    const auto read = read_head_questions(body);

    CHECK_TRUE(read.ok());
    LONGS_EQUAL(asked.size(), read->size());
    for (std::size_t i = 0; i < asked.size(); ++i)
        CHECK_TRUE((*read)[i].user == asked[i].first && (*read)[i].session_id == asked[i].second);
    append_head_question(body, UserId{1}, "one-too-many");
    CHECK_TRUE(read_head_questions(body).error().fields == std::vector<FieldError>({{"body", "length"}}));
}

TEST(WireInternal, ASessionIdOfAQuestionIsNoLongerThanAnyThatIsMade) {
    CHECK_TRUE(read_head_questions("5 " + std::string(128, 's')).ok());
    CHECK_FALSE(read_head_questions("5 " + std::string(129, 's')).ok());
}

TEST(WireInternal, EveryFaultOfEveryWordIsFound) {
    refuses_every_fault("5 session-a 540 k3f9 1003 919 1 0", parse_hello);
    refuses_every_fault("919 1 1003", parse_sync);
    refuses_every_fault("5 session-a 540", parse_session);
    refuses_every_fault("5 session-a 540 k3f9 99", parse_refused_hello);
    refuses_every_fault("5 session-a 10 ok", [](const std::string& line) {
        const auto read = parse_heads("k3f9\n" + line);
        return read && !read->lines.empty() ? std::optional{true} : std::nullopt;
    });
    refuses_every_fault("5 session-a", [](const std::string& line) {
        const auto read = read_head_questions(line + "\n");
        return read && !read->empty() ? std::optional{true} : std::nullopt;
    });
    for (const char* const flag : {"2", "true"}) {
        CHECK_FALSE(parse_hello("5 s 540 e 1 1 1 " + std::string(flag)).has_value());
        CHECK_FALSE(parse_sync("1 " + std::string(flag) + " 1").has_value());
    }
    for (const char* const event : {"1", "1 t", "1 t ", "1 t nojson", "x t {}", "1  {}", "t {}", "1 {}"})
        CHECK_FALSE(parse_sync("1 0 1\n" + std::string(event)).has_value());
    CHECK_FALSE(parse_sync("1 0 1\n\n").has_value());
    CHECK_FALSE(parse_heads("").has_value());
    CHECK_FALSE(parse_heads("e\n5 s 1 fine").has_value());
}
