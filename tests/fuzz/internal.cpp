// tests/fuzz/internal.cpp — Any bytes as what one daemon says to the other: nothing points outside,
// and what was read is written again as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/wire/internal.h"

namespace {

using namespace billet;
using namespace billet::wire;

void must(bool holds) {
    if (!holds) std::abort();
}

void must_lie_in(std::string_view part, std::string_view text) {
    must(part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

void must_lie_in(const LogPage& page, std::string_view text) {
    for (const LogEvent& event : page.events) {
        must_lie_in(event.type, text);
        must_lie_in(event.json, text);
    }
}

// There is one way to write anything, but for a line break at the end.
void must_be_same(std::string_view written, std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    must(written == text);
}

void check_questions(std::string_view text) {
    const auto questions = read_head_questions(text);
    if (!questions) return;
    std::string written;
    for (const chat::HeadQuestion& question : *questions)
        append_head_question(written, question.user, question.session_id);
    const auto again = read_head_questions(written);
    must(again.ok() && again->size() == questions->size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto hello = parse_hello(text)) {
        must_lie_in(hello->epoch, text);
        must_lie_in(hello->page, text);
        must_be_same(hello_text(*hello), text);
    }
    if (const auto page = parse_sync(text)) {
        must_lie_in(*page, text);
        must_be_same(sync_text(*page), text);
    }
    if (const auto heads = parse_heads(text)) {
        for (const HeadLine& line : heads->lines) must_lie_in(line.session_id, text);
        must_be_same(heads_text(*heads), text);
    }
    if (const auto identity = parse_session(text)) must_be_same(session_text(*identity), text);
    if (const auto refused = parse_refused_hello(text)) must_be_same(refused_hello_text(*refused), text);
    check_questions(text);
    return 0;
}
