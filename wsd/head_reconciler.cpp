// wsd/head_reconciler.cpp — Batches of questions out, heads in.
#include "wsd/head_reconciler.h"

#include <cstdint>
#include <set>

#include "lib/base/log.h"
#include "lib/wire/internal.h"
#include "wsd/client_session.h"

namespace billet::wsd {
namespace {

// One line per user and login, however many connections share it.
std::vector<std::string> make_batches(const Sessions& sessions) {
    std::set<std::pair<std::uint64_t, std::string_view>> seen;
    std::vector<std::string> batches;
    for (const auto& [id, session] : sessions) {
        if (session->user().value == 0 || session->is_closing()) continue;
        if (!seen.emplace(session->user().value, session->session_id()).second) continue;
        if (seen.size() % wire::kHeadQuestionsMax == 1) batches.emplace_back();
        wire::append_head_question(batches.back(), session->user(), session->session_id());
    }
    return batches;
}

}  // namespace

HeadReconciler::HeadReconciler(Services& services) : services_(services), next_at_(services.now() + interval()) {}

std::chrono::milliseconds HeadReconciler::interval() const {
    const bool trusted = bus_up_ && services_.now() >= bus_trusted_at_;
    return trusted ? services_.config.wsd.compare_heads_ms : services_.config.wsd.compare_heads_bus_down_ms;
}

void HeadReconciler::tick() {
    if (!running_ && services_.now() >= next_at_) begin();
}

void HeadReconciler::on_bus(bool up) {
    bus_up_ = up;
    // The workers of the api leave Redis alone for retry_after_ms after it has failed them, and
    // notices out meanwhile.
    const auto& config = services_.config;
    if (up) bus_trusted_at_ = services_.now() + config.redis.retry_after_ms + config.wsd.compare_heads_bus_down_ms;
    // Down: within the shorter interval. Up: what was published in between is lost, and what is
    // being compared may be older than that.
    next_at_ = up ? services_.now() : std::min(next_at_, services_.now() + interval());
    again_ = again_ || (up && running_);
    tick();
}

void HeadReconciler::begin() {
    next_at_ = services_.now() + interval();
    batches_ = make_batches(services_.sessions);
    ask_next();
}

void HeadReconciler::ask_next() {
    running_ = !batches_.empty();
    if (!running_) return end();
    RelayRequest request;
    request.kind = RelayKind::kHeads;
    request.method = wire::kHeadsCall.method;
    request.path = wire::kHeadsCall.path;
    request.content_type = "text/plain";
    request.body = std::move(batches_.back());
    batches_.pop_back();
    services_.relay.ask(std::move(request), [this](const RelayReply& reply) { on_reply(reply); });
}

void HeadReconciler::on_reply(const RelayReply& reply) {
    const auto answer = reply.status == 200 ? wire::parse_heads(reply.body) : std::nullopt;
    if (!answer) {
        LogLine(LogLevel::kWarning, "heads_not_compared")
            .with("request", reply.request_id)
            .with("status", reply.status);
        batches_.clear();
        return end();
    }
    for (const wire::HeadLine& line : answer->lines) {
        services_.hub.for_each_of(line.user, [&](Receiver& each) { each.on_compared(answer->epoch, line); });
    }
    ask_next();
}

void HeadReconciler::end() {
    running_ = false;
    if (std::exchange(again_, false)) next_at_ = services_.now();
}

}  // namespace billet::wsd
