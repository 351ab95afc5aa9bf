// wsd/catch_up.cpp — Questions to the log, pages, and the waits between them.
#include "wsd/catch_up.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "lib/base/metrics.h"
#include "lib/wire/internal.h"
#include "wsd/close_codes.h"
#include "wsd/problems.h"

namespace billet::wsd {
namespace {

// For what the bus has overtaken to come.
constexpr std::chrono::milliseconds kHoleGrace{20};
constexpr std::chrono::milliseconds kReadAgainMin{100};
constexpr std::uint32_t kPageMin = 8;
constexpr unsigned kReadAgainDoublings = 5;  // 3.2 s at most, and as much again in jitter

void count_read(CatchUp::Reason reason) {
    switch (reason) {
        case CatchUp::Reason::kNone: return;
        case CatchUp::Reason::kResume: return metrics::count(metrics::kLogReads, "resume");
        case CatchUp::Reason::kHole: return metrics::count(metrics::kLogReads, "hole");
        case CatchUp::Reason::kBehind: return metrics::count(metrics::kLogReads, "behind");
        case CatchUp::Reason::kSlowReader: return metrics::count(metrics::kLogReads, "slow_reader");
    }
}

}  // namespace

void CatchUp::want(Reason reason, std::chrono::milliseconds after) {
    reason_ = reason;
    client().clear_timer(Due::kRead);
    if (after.count() > 0) client().set_timer(Due::kRead, after);
}

void CatchUp::want_unless_it_comes(Reason reason) {
    want(reason, kHoleGrace);
}

bool CatchUp::is_due() const {
    return is_on() && !client().is_timer_set(Due::kRead) && client().outbox().empty();
}

std::optional<RelayRequest> CatchUp::question() {
    const bool only_if_behind = reason_ == Reason::kHole || reason_ == Reason::kBehind;
    if (only_if_behind && !events_.sequencer().is_behind()) {
        reason_ = Reason::kNone;
        return std::nullopt;
    }
    count_read(reason_);
    RelayRequest request = client().request(RelayKind::kSync, wire::kSyncCall);
    request.query = wire::log_question_query({.position = chat::LogPosition{events_.sequencer().last(), epoch()},
                                              .bound = {page_limit_, client().page_bytes()}});
    return request;
}

Ending CatchUp::on_page(const RelayReply& reply, bool is_subscribed) {
    if (reply.status != 200) return on_refused(reply);
    const auto page = wire::parse_sync(reply.body);
    if (!page) return want_again();
    const Cursor before = events_.sequencer().last();
    if (Ending ending = send_page(*page); !ending.is_none()) return ending;
    // The log does not have yet what we have heard of: that must not become a busy loop.
    if (events_.sequencer().last() == before && events_.sequencer().is_behind()) return want_again();
    fruitless_ = 0;
    if (is_subscribed) on_subscribed();
    return {};
}

Ending CatchUp::send_page(const wire::LogPage& page) {
    const Events::SentPage sent = events_.send_page(page);
    if (!sent.is_continued) return {.close = CloseCode::kNoContinuity};
    const Reason again = is_on() ? reason_ : Reason::kResume;
    want(page.more || !sent.is_whole ? again : Reason::kNone);
    page_limit_ = sent.is_whole ? std::min(page_limit_ * 2, page_max()) : std::max(sent.events, kPageMin);
    return {};
}

Ending CatchUp::on_refused(const RelayReply& reply) {
    const Problem problem = problem_of(reply);
    if (problem.code == Code::kResyncRequired) return {.resync = reply.reason};
    const CloseCode code = close_code_of(problem.code, reply.reason);
    return code == CloseCode::kNone ? want_again() : Ending{.close = code};
}

// Later; the connection goes on.
Ending CatchUp::want_again() {
    const auto wait = kReadAgainMin * (1U << std::min<unsigned>(fruitless_, kReadAgainDoublings));
    if (fruitless_ < kReadAgainDoublings) ++fruitless_;
    const auto jitter =
        std::chrono::milliseconds{client().services().random() % static_cast<std::uint64_t>(wait.count())};
    want(is_on() ? reason_ : Reason::kHole, wait + jitter);
    return {};
}

void CatchUp::on_subscribed() {
    if (std::exchange(expects_subscription_, false)) want(Reason::kResume);
}

}  // namespace billet::wsd
